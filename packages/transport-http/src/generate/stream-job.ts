import type { Connection } from "../connection.ts";
import { addressOf, type HttpRequest } from "../exchange.ts";
import { failure } from "../failures.ts";
import type { Job, JobHost, Settle } from "../job.ts";
import type { AnswerHandler } from "../wire/answer-handler.ts";
import { createChunkQueue } from "./chunk-queue.ts";
import type { StreamedAnswer } from "./streamed-answer.ts";

/**
 * Makes a job whose answer is handed out when its headers have come. It holds its connection until the
 * body has ended, broken off, been left or been aborted. The socket is not read while nobody waits for a
 * piece: what the server sends then stays with the server.
 */
export function createStreamJob(
  host: JobHost,
  request: HttpRequest,
  signal: AbortSignal,
  { resolve, reject }: Settle<StreamedAnswer>,
): Job {
  let used: Connection | undefined;
  let over = false;
  let sent = false;
  let answering = false;
  const chunks = createChunkQueue(() => used?.resume());

  const end = (reusable: boolean): void => {
    over = true;
    signal.removeEventListener("abort", onAbort);
    if (used === undefined) host.leave(job);
    else host.release(used, reusable);
  };
  const fail = (reason: unknown): void => {
    if (over) return;
    end(false);
    chunks.fail(reason);
    reject(reason);
  };
  const onAbort = (): void => {
    chunks.clear();
    fail(signal.reason);
  };
  const handler: AnswerHandler = {
    onSent() {
      sent = true;
    },
    onHead(status, headers) {
      if (over) return;
      answering = true;
      used?.pause();
      resolve({
        status,
        headers,
        read: () => chunks.read(),
        leave() {
          if (!over) end(false);
        },
      });
    },
    onData(piece) {
      if (over) return;
      used?.pause();
      chunks.push(piece);
    },
    onEnd(reusable) {
      if (over) return;
      end(reusable);
      chunks.end();
    },
    onError(error) {
      fail(failure(addressOf(host.origin, request), { sent, answering }, error));
    },
  };
  const job: Job = {
    hasLeft: false,
    start(connection) {
      used = connection;
      connection.dispatch(request, handler, !host.reuse);
    },
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return job;
}
