import type { Abortable, AbortSource, AbortWatch } from "./abort-watch.ts";
import type { Connection } from "./connection.ts";
import type { InLine } from "./line.ts";
import { addressOf, createExchange, type HttpRequest, type ReceivedAnswer } from "./exchange.ts";

/** One exchange on its way through a pool. */
export interface Job extends InLine {
  /** Called once, when a connection is there for it alone. */
  start(connection: Connection): void;
}

/** What a job needs of its pool. */
export interface JobHost {
  readonly origin: string;
  readonly maxResponseBytes: number;
  readonly aborts: AbortWatch;
  /** False: the connection carries this exchange and no other. */
  readonly reuse: boolean;
  /** Takes a job that has not started out of the line. */
  leave(job: Job): void;
  release(connection: Connection, reusable: boolean): void;
  distrust(connection: Connection): void;
}

/** How a job ends: one of them is called, once. */
export interface Settle<T> {
  readonly resolve: (answer: T) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Makes a job. An abort takes it out of the line or ends its connection, whose further bytes nobody
 * could make sense of, and rejects with the signal's reason as it is.
 */
export function createJob(
  host: JobHost,
  request: HttpRequest,
  source: AbortSource,
  { resolve, reject }: Settle<ReceivedAnswer>,
): Job {
  let used: Connection | undefined;
  let over = false;

  const end = (reusable: boolean): void => {
    over = true;
    host.aborts.remove(source, abortable);
    if (used === undefined) host.leave(job);
    else host.release(used, reusable);
  };
  const onAbort = (): void => {
    if (over) return;
    end(false);
    reject(source.signal.reason);
  };
  const abortable: Abortable = { onAbort, at: 0 };
  const job: Job = {
    hasLeft: false,
    start(connection) {
      used = connection;
      const where = (): string => addressOf(host.origin, request);
      const handler = createExchange(where, host.maxResponseBytes, {
        answered(status, headers, body, reusable) {
          if (over) return;
          end(reusable);
          resolve({ status, headers, body, distrust: () => host.distrust(connection) });
        },
        failed(error) {
          if (over) return;
          end(false);
          reject(error);
        },
      });
      connection.dispatch(request, handler, !host.reuse);
    },
  };
  host.aborts.add(source, abortable);
  return job;
}
