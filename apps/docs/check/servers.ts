/** The addresses of a server. */
export interface Servers {
  readonly http: string;
  readonly grpc: string;
}

const pages: Servers = { http: "http://localhost:8000", grpc: "grpc://localhost:8001" };

/** Puts the addresses of real servers in place of those of a page. */
export function nameServers(text: string, { http, grpc }: Servers): string {
  return text.replaceAll(pages.http, http).replaceAll(pages.grpc, grpc);
}

/** Puts the addresses of the page back in place of those of the run. */
export function hideServers(printed: string, { http, grpc }: Servers): string {
  return printed
    .replaceAll(http, pages.http)
    .replaceAll(grpc, pages.grpc)
    .replaceAll(new URL(http).host, new URL(pages.http).host)
    .replaceAll(grpc.replace("grpc://", ""), pages.grpc.replace("grpc://", ""));
}
