import {
  createServer,
  request as send,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { once } from "node:events";

/** An answer of a server over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What is sent in its place: another answer, or pieces of bytes, after which the connection ends or stays. */
export type HttpLie =
  | HttpAnswer
  | { readonly pieces: readonly (string | Buffer)[]; readonly staysOpen?: boolean };

/** A server between a client and a good server, which lies when told. */
export interface HttpLiar extends AsyncDisposable {
  readonly url: string;
  /** Tells what to send instead of the next answers to inference. */
  lie(makeLie: (right: HttpAnswer) => HttpLie, times: number): void;
  /** Lies told. */
  readonly told: number;
}

/** Starts a server that asks `target` for the right answer, and may send another. */
export async function startHttpLiar(target: string): Promise<HttpLiar> {
  let lie: ((right: HttpAnswer) => HttpLie) | undefined;
  let left = 0;
  let told = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const right = await ask(target, request);
    if (!request.url?.endsWith("/infer") || left === 0 || lie === undefined) {
      answer(response, right);
      return;
    }
    left -= 1;
    told += 1;
    const made = lie(right);
    if ("status" in made) answer(response, made);
    else await sendPieces(response, made);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    lie(makeLie, times) {
      lie = makeLie;
      left = times;
    },
    get told() {
      return told;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function ask(target: string, request: IncomingMessage): Promise<HttpAnswer> {
  const { method, headers, url = "/" } = request;
  const exchange = send(new URL(url, target), { method, headers, agent: false });
  exchange.end(await buffer(request));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    exchange.on("response", resolve).on("error", reject);
  });
  const fields = Object.entries(response.headers).filter(
    (field): field is [string, string] =>
      typeof field[1] === "string" && !["connection", "keep-alive"].includes(field[0]),
  );
  const body = await buffer(response);
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(fields), body };
}

function answer(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}

async function sendPieces(
  { socket }: ServerResponse,
  { pieces, staysOpen = false }: Extract<HttpLie, { readonly pieces: unknown }>,
): Promise<void> {
  if (socket === null) return;
  for (const piece of pieces) {
    await new Promise<void>((resolve) => {
      socket.write(piece, () => resolve());
    });
  }
  if (!staysOpen) socket.end();
}
