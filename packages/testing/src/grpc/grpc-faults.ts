import { constants, type ServerHttp2Stream } from "node:http2";
import type { Fault, SeenRequest } from "../server/faults.ts";
import { endWithoutTrailers, openAnswer, type GrpcCall } from "./grpc-call.ts";
import { frameMessage } from "./frames.ts";

/**
 * What goes wrong with one answer over gRPC. Of the faults that HTTP has too, `truncate` ends the call
 * without trailers, `garbage` is a good frame of bytes that are no message, and on a stream `status` is
 * an error of that request alone and `hang` holds back no answer but its own.
 */
export type GrpcFault =
  | Fault
  /** The call, and with it every request of a stream, ends with this status. */
  | { readonly kind: "end"; readonly code: number; readonly text: string }
  /** The call is reset with an HTTP/2 error code, behind so many bytes of the answer. Default: before its headers. */
  | { readonly kind: "rst"; readonly code: number; readonly afterBytes?: number }
  /** The right answer comes twice. */
  | { readonly kind: "twice" }
  /** The right answer comes behind one that nobody asked for. */
  | { readonly kind: "unknown-id" }
  /**
   * The connection takes no more calls. It finishes those it has, unless an HTTP/2 error code other than
   * 0 closes it at once. Default: 0.
   */
  | { readonly kind: "go-away"; readonly code?: number }
  /** The right answer, but nothing more is read from the connection. */
  | { readonly kind: "stop-reading" };

/** A tag that no definition can have. */
const noMessage: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff);

/** Chooses the fault of each request; a message of a stream is one. Undefined for none. */
export type ChooseGrpcFault = (request: SeenRequest, index: number) => GrpcFault | undefined;

/** Applies a fault that comes before the work; false when there is still an answer to send. */
export async function applyEarlyFault(
  call: GrpcCall,
  fault: GrpcFault | undefined,
): Promise<boolean> {
  const { stream } = call;
  switch (fault?.kind) {
    case "reset":
      resetConnection(stream);
      return true;
    case "rst":
      if (fault.afterBytes !== undefined) return false;
      stream.close(fault.code);
      return true;
    case "end":
      call.end({ code: fault.code, text: fault.text });
      return true;
    case "hang":
      await untilAborted(call.signal);
      return true;
    case "late":
      await fault.until;
      return false;
    case "go-away":
      return goAway(stream, fault.code ?? constants.NGHTTP2_NO_ERROR);
    case "stop-reading":
      stream.session?.settings({ initialWindowSize: 0 });
      return false;
    default:
      return false;
  }
}

/** Sends a message, or as much of it as its fault leaves. */
export async function sendWithFault(
  call: GrpcCall,
  message: Uint8Array,
  fault: GrpcFault | undefined,
): Promise<void> {
  const { stream } = call;
  const frame = frameMessage(fault?.kind === "garbage" ? noMessage : message);
  const part = cutOf(fault);
  if (part === undefined) {
    await call.sendFrame(frame);
    return;
  }
  if (stream.destroyed) return;
  openAnswer(stream);
  await new Promise<void>((resolve) => {
    stream.write(frame.subarray(0, part.afterBytes), () => resolve());
  });
  if (part.kind === "cut") resetConnection(stream);
  else if (part.kind === "rst") stream.close(part.code);
  else endWithoutTrailers(stream);
  await untilAborted(call.signal);
}

/** Answers of a request as its fault changes them. */
export function alterAnswers<A extends { readonly id?: string }>(
  answer: A,
  fault: GrpcFault | undefined,
): readonly A[] {
  switch (fault?.kind) {
    case "wrong-id":
      return [{ ...answer, id: `~${(answer.id ?? "").slice(1)}` }];
    case "twice":
      return [answer, answer];
    case "unknown-id":
      return [{ ...answer, id: "nobody asked for this" }, answer];
    default:
      return [answer];
  }
}

/** Resolves when a signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** The fault, where it leaves a part of the answer. */
function cutOf(fault: GrpcFault | undefined) {
  if (fault?.kind === "cut" || fault?.kind === "truncate") return fault;
  if (fault?.kind !== "rst" || fault.afterBytes === undefined) return undefined;
  return { kind: fault.kind, code: fault.code, afterBytes: fault.afterBytes };
}

/** A connection reset as a dying process leaves it; TLS has no reset of its own. */
function resetConnection({ session }: ServerHttp2Stream): void {
  if (session === undefined) return;
  const { socket } = session;
  if ("encrypted" in socket) session.destroy();
  else socket.resetAndDestroy();
}

function goAway({ session }: ServerHttp2Stream, code: number): boolean {
  if (code === constants.NGHTTP2_NO_ERROR) session?.close();
  else session?.destroy(undefined, code);
  return code !== constants.NGHTTP2_NO_ERROR;
}
