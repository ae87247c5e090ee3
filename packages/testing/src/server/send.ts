import type { IncomingMessage, ServerResponse } from "node:http";
import { chooseEncoding, packBody } from "./compression.ts";
import type { Fault } from "./faults.ts";
import { Refusal } from "./refusal.ts";
import type { RouteAnswer } from "./routes.ts";
import { sendPieces } from "./send-pieces.ts";

/** An exchange, and what goes wrong with its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
}

/** Applies a fault that leaves no room for an answer; false when there is still one to send. */
export async function applyFault({ request, response, fault }: Exchange): Promise<boolean> {
  switch (fault?.kind) {
    case "reset":
      request.socket.resetAndDestroy();
      return true;
    case "garbage":
      request.socket.end("this is not HTTP\r\n\r\n");
      return true;
    case "status":
      response.writeHead(fault.status, { "content-type": "application/json", ...fault.headers });
      response.end(JSON.stringify({ error: fault.text }));
      return true;
    case "hang":
      return true;
    case "late":
      await fault.until;
      return false;
    default:
      return false;
  }
}

/** Sends what a route answered; inferences packed as the caller likes. */
export async function sendAnswer(exchange: Exchange, answer: RouteAnswer): Promise<void> {
  if ("empty" in answer) {
    send(exchange, 200, { "content-type": answer.empty }, "");
    return;
  }
  if ("json" in answer) {
    const text = JSON.stringify(answer.json);
    send(exchange, 200, { "content-type": "application/json" }, text);
    return;
  }
  if ("streamed" in answer) {
    await sendPieces(exchange, answer.streamed);
    return;
  }
  const { headerBytes, body } = answer.answer;
  const headers: Record<string, string> = {
    "content-type": headerBytes === undefined ? "application/json" : "application/octet-stream",
    ...(headerBytes === undefined
      ? {}
      : { "inference-header-content-length": String(headerBytes) }),
  };
  const accepted = exchange.request.headers["accept-encoding"];
  const encoding = chooseEncoding(typeof accepted === "string" ? accepted : undefined);
  const sent = exchange.fault?.kind === "wrong-id" ? withWrongId(body) : body;
  if (encoding === undefined) send(exchange, 200, headers, sent);
  else {
    const packed = await packBody(sent, encoding);
    send(exchange, 200, { ...headers, "content-encoding": encoding }, packed);
  }
}

/** Sends an error; what is no refusal is the server's own fault. */
export function sendError(exchange: Exchange, error: unknown): void {
  const { status, message, isPlain, headers } =
    error instanceof Refusal ? error : new Refusal(500, String(error), { isPlain: true });
  const type = isPlain ? "text/plain" : "application/json";
  const body = JSON.stringify({ error: message });
  send(exchange, status, { "content-type": type, ...headers }, body);
}

function send(
  { response, fault }: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  content: string | Uint8Array,
): void {
  const body = Buffer.from(content);
  response.writeHead(status, { ...headers, "content-length": body.byteLength });
  if (fault?.kind !== "cut" && fault?.kind !== "truncate") {
    response.end(body);
    return;
  }
  response.flushHeaders();
  response.write(body.subarray(0, fault.afterBytes), () => {
    if (fault.kind === "cut") response.socket?.resetAndDestroy();
    else response.socket?.end();
  });
}

/** The same length, so that nothing else about the answer is wrong. */
function withWrongId(body: Uint8Array): Buffer {
  const text = Buffer.from(body).toString("latin1");
  return Buffer.from(text.replace(/"id":"./, '"id":"~'), "latin1");
}
