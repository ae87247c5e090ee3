import { once } from "node:events";
import type { StreamedPieces } from "./generate.ts";
import type { Exchange } from "./send.ts";

/**
 * Sends an answer piece by piece, no faster than its reader takes it. Faults count the bytes of its body.
 */
export async function sendPieces(
  { response, fault }: Exchange,
  { status, contentType, pieces }: StreamedPieces,
): Promise<void> {
  const isCut = fault?.kind === "cut" || fault?.kind === "truncate";
  let room = isCut ? fault.afterBytes : Number.POSITIVE_INFINITY;
  response.writeHead(status, { "content-type": contentType });
  response.flushHeaders();
  for await (const piece of pieces) {
    if (response.destroyed) return;
    const sent = piece.subarray(0, room);
    room -= sent.byteLength;
    const hasRoom = response.write(sent);
    if (room === 0) break;
    if (!hasRoom) await drained(response);
  }
  if (!isCut) {
    response.end();
    return;
  }
  response.write("", () => {
    if (fault.kind === "cut") response.socket?.resetAndDestroy();
    else response.socket?.end();
  });
}

/** Resolves when there is room again, or nobody reads any more. */
async function drained(response: Exchange["response"]): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]);
  } finally {
    stop.abort();
  }
}
