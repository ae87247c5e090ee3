import type { Server } from "node:net";

/**
 * Makes a server listen.
 *
 * @param port - 0 for one that is free
 * @returns `host:port`, as it stands in a URL
 * @throws when the port is taken, or the address is not this machine's
 */
export async function listenOn(server: Server, port: number, hostname: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  const bound = address === null || typeof address === "string" ? port : address.port;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${bound}`;
}
