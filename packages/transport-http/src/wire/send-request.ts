import type { Writable } from "node:stream";
import type { RequestBody } from "../request-body.ts";

/** Below this size one copy costs less than several writes. */
const joinBelowBytes = 64 * 1024;

/** Writes a head and its body; the tensors of a large one are not copied, and stay with the socket until sent. */
export function sendRequest(socket: Writable, head: string, body: RequestBody | undefined): void {
  if (body === undefined) {
    socket.write(head, "latin1");
    return;
  }
  const text = head + body.text;
  if (head.length + body.byteLength < joinBelowBytes) {
    socket.write(joined(text, body.chunks, head.length + body.byteLength));
    return;
  }
  socket.cork();
  socket.write(text, "latin1");
  for (const chunk of body.chunks) socket.write(chunk);
  socket.uncork();
}

function joined(text: string, chunks: readonly Uint8Array[], bytes: number): Buffer {
  const whole = Buffer.allocUnsafe(bytes);
  let offset = whole.write(text, "latin1");
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
