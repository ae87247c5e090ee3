import { ClosedError, type PoolOptions, type PoolStats } from "@nereid/core/transport-kit";
import { createAbortWatch, type AbortSource } from "./abort-watch.ts";
import { openConnection, type Connection, type Connector } from "./connection.ts";
import type { HttpRequest, ReceivedAnswer } from "./exchange.ts";
import { createStreamJob } from "./generate/stream-job.ts";
import type { StreamedAnswer } from "./generate/streamed-answer.ts";
import { createLine } from "./line.ts";
import { createJob, type Job, type JobHost, type Settle } from "./job.ts";

/** Sockets to one origin. */
export interface ConnectionPool {
  /**
   * Carries one exchange; waits in line while all sockets are busy. Rejects with TransportError,
   * DecodeError, ClosedError, or the signal's reason as it is.
   */
  send(request: HttpRequest, source: AbortSource, settle: Settle<ReceivedAnswer>): void;
  /** Carries one exchange as well, and hands its answer out when it begins. @throws as `send` rejects */
  open(request: HttpRequest, signal: AbortSignal): Promise<StreamedAnswer>;
  readonly stats: PoolStats;
  /** Refuses what comes, finishes what came, closes every socket. */
  close(): Promise<void>;
}

/** What a pool is made with. */
export interface PoolSettings extends PoolOptions {
  readonly origin: string;
  readonly connect: Connector;
  readonly maxResponseBytes: number;
}

/**
 * Makes a pool. The socket used last is used next, so that those not needed grow old; the exchange
 * that waited longest goes first.
 */
export function createConnectionPool(settings: PoolSettings): ConnectionPool {
  const { origin, maxIdle, maxTotal, reuse, maxResponseBytes } = settings;
  const idle: Connection[] = [];
  const line = createLine<Job>();
  const leaving = new Set<Promise<void>>();
  const distrusted = new WeakSet<Connection>();
  let active = 0;
  let closing: Promise<void> | undefined;
  let drained = (): void => undefined;

  const dial = (): Connection => {
    const connection = openConnection(settings, () => retire(connection));
    return connection;
  };
  /** True when the connection was idle, and is gone. */
  const retire = (connection: Connection): boolean => {
    const at = idle.indexOf(connection);
    if (at === -1) return false;
    idle.splice(at, 1);
    discard(connection);
    return true;
  };
  const distrust = (connection: Connection): void => {
    if (!retire(connection)) distrusted.add(connection);
  };
  const discard = (connection: Connection): void => {
    const left = connection.destroy();
    leaving.add(left);
    void left.then(() => leaving.delete(left));
  };
  const run = (job: Job, connection: Connection): void => {
    active += 1;
    job.start(connection);
  };
  const release = (connection: Connection, reusable: boolean): void => {
    active -= 1;
    const kept = reusable && reuse && !distrusted.has(connection);
    if (!kept) discard(connection);
    const next = line.shift();
    if (next !== undefined) {
      run(next, kept ? connection : dial());
      return;
    }
    if (kept && closing === undefined && idle.length < maxIdle) idle.push(connection);
    else if (kept) discard(connection);
    if (active === 0) drained();
  };

  const host: JobHost = {
    origin,
    maxResponseBytes,
    aborts: createAbortWatch(),
    reuse,
    leave: (job) => line.leave(job),
    release,
    distrust,
  };

  const enter = (job: Job): void => {
    const connection = idle.pop() ?? (active < maxTotal ? dial() : undefined);
    if (connection === undefined) line.push(job);
    else run(job, connection);
  };
  const mayEnter = (signal: AbortSignal, reject: (reason: unknown) => void): boolean => {
    if (signal.aborted) reject(signal.reason);
    else if (closing !== undefined) {
      reject(new ClosedError(`transport to ${origin}: expected it to be open, found it closed`));
    } else return true;
    return false;
  };

  return {
    send(request, source, settle) {
      if (mayEnter(source.signal, settle.reject)) enter(createJob(host, request, source, settle));
    },
    open: (request, signal) =>
      new Promise((resolve, reject) => {
        if (!mayEnter(signal, reject)) return;
        enter(createStreamJob(host, request, signal, { resolve, reject }));
      }),
    get stats() {
      return {
        idle: idle.length,
        active,
        queued: line.size,
        total: idle.length + active,
      };
    },
    close() {
      closing ??= (async () => {
        for (const connection of idle.splice(0)) discard(connection);
        if (active > 0) await new Promise<void>((resolve) => (drained = resolve));
        await Promise.all(leaving);
      })();
      return closing;
    },
  };
}
