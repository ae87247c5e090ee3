import { Worker } from "node:worker_threads";
import { OptionsError, TransportError } from "@nereid/core/transport-kit";
import type {
  RunAnswer,
  RunRequest,
  SessionMetadata,
  WorkerSetup,
  WorkerStarted,
} from "./messages.ts";

/** A worker thread with its sessions, which runs one request at a time. */
export interface WorkerThread {
  readonly models: Readonly<Record<string, SessionMetadata>>;
  readonly isDead: boolean;
  /** @throws TransportError when the thread ends before it answers */
  run(request: RunRequest): Promise<RunAnswer>;
  /** Ends the thread; resolves when it has gone. */
  end(): Promise<void>;
}

const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js",
  import.meta.url,
);

/**
 * Starts a thread and loads every model in it.
 *
 * @throws OptionsError when ONNX Runtime is not installed or a model cannot be loaded
 */
export async function startWorkerThread(setup: WorkerSetup): Promise<WorkerThread> {
  const worker = new Worker(entry, { workerData: setup });
  // A runner that nobody closes must not keep the process alive.
  worker.unref();
  let isDead = false;
  let onAnswer: ((answer: RunAnswer) => void) | undefined;
  let onDeath: ((cause: unknown) => void) | undefined;
  const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  const die = (cause: unknown): void => {
    isDead = true;
    onDeath?.(cause);
  };
  worker.on("error", die);
  worker.on("exit", (code) => die(new Error(`exit code ${code}`)));

  const end = async (): Promise<void> => {
    await worker.terminate();
    await gone;
  };

  worker.ref();
  const started = await new Promise<WorkerStarted>((resolve, reject) => {
    onDeath = reject;
    worker.once("message", resolve);
  }).catch((error: unknown) => refuse(undefined, error instanceof Error ? error.message : ""));
  worker.unref();
  if (started.kind === "refused") {
    await end();
    throw toOptionsError(setup, started);
  }

  worker.on("message", (answer: RunAnswer) => onAnswer?.(answer));
  return {
    models: started.models,
    get isDead() {
      return isDead;
    },
    async run(request) {
      worker.ref();
      try {
        return await new Promise<RunAnswer>((resolve, reject) => {
          onAnswer = resolve;
          onDeath = (cause) => reject(deathError(request.model, cause));
          worker.postMessage(
            request,
            request.inputs.map(({ bytes }) => bytes.buffer),
          );
        });
      } finally {
        worker.unref();
      }
    },
    end,
  };
}

function refuse(model: string | undefined, reason: string): WorkerStarted {
  return { kind: "refused", model, reason };
}

function deathError(model: string, cause: unknown): TransportError {
  return new TransportError(
    `model "${model}": expected an answer from its worker thread, found the thread ended`,
    { delivery: "unknown", retryable: true, cause },
  );
}

function toOptionsError(
  { runtime }: WorkerSetup,
  { model, reason }: Extract<WorkerStarted, { kind: "refused" }>,
): OptionsError {
  if (model !== undefined) {
    const problem = `expected a model that ONNX Runtime can load, found: ${reason}`;
    return new OptionsError([{ option: `models.${model}`, problem }]);
  }
  const problem = `expected the package ${runtime}, found none that loads; install it with: npm install ${runtime}`;
  return new OptionsError([{ option: "runtime", problem }], { cause: new Error(reason) });
}
