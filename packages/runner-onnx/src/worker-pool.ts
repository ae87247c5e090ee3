import { createFifo, TransportError, type InferenceError } from "@nereid/core/transport-kit";
import type { RunAnswer, RunRequest, WorkerSetup } from "./messages.ts";
import { startWorkerThread, type WorkerThread } from "./worker-thread.ts";

/** Worker threads that take runs, one at a time each. */
export interface WorkerPool {
  /** @throws TransportError when the thread ended; the signal's reason as it is */
  run(request: RunRequest, signal: AbortSignal): Promise<RunAnswer>;
  /** Resolves when no run is under way and every thread has gone. */
  close(): Promise<void>;
}

interface Job {
  readonly request: RunRequest;
  readonly resolve: (answer: RunAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a pool of threads that have started. A thread that ends is replaced when it is next needed. */
export function createWorkerPool(first: readonly WorkerThread[], setup: WorkerSetup): WorkerPool {
  const threads = new Set(first);
  const idle = [...first];
  const queue = createFifo<Job>();
  let onDrained: (() => void) | undefined;

  const work = async (thread: WorkerThread, { request, resolve, reject }: Job): Promise<void> => {
    try {
      resolve(await thread.run(request));
    } catch (error) {
      reject(error);
    }
    const next = thread.isDead ? await replace(thread) : thread;
    if (next !== undefined) release(next);
  };

  const replace = async (dead: WorkerThread): Promise<WorkerThread | undefined> => {
    threads.delete(dead);
    try {
      const thread = await startWorkerThread(setup);
      threads.add(thread);
      return thread;
    } catch (error) {
      if (threads.size === 0) failQueue(error);
      onDrained?.();
      return undefined;
    }
  };

  const failQueue = (cause: unknown): void => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift())
      job.reject(noThread(cause));
  };

  const release = (thread: WorkerThread): void => {
    const job = queue.shift();
    if (job !== undefined) void work(thread, job);
    else {
      idle.push(thread);
      if (idle.length === threads.size) onDrained?.();
    }
  };

  return {
    run(request, signal) {
      return new Promise<RunAnswer>((resolve, reject) => {
        if (threads.size === 0) {
          reject(noThread(undefined));
          return;
        }
        const onAbort = (): void => {
          queue.filter((queued) => queued !== job);
          reject(signal.reason);
        };
        const settle =
          <T>(act: (value: T) => void) =>
          (value: T): void => {
            signal.removeEventListener("abort", onAbort);
            act(value);
          };
        const job: Job = { request, resolve: settle(resolve), reject: settle(reject) };
        signal.addEventListener("abort", onAbort, { once: true });
        const thread = idle.pop();
        if (thread === undefined) queue.push(job);
        else void work(thread, job);
      });
    },
    async close() {
      if (idle.length < threads.size) {
        await new Promise<void>((resolve) => {
          onDrained = resolve;
        });
      }
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

function noThread(cause: unknown): InferenceError {
  return new TransportError("expected a worker thread, found none that starts", {
    delivery: "not-sent",
    cause,
  });
}
