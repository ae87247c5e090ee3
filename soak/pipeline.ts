import { setImmediate } from "node:timers/promises";
import { array, createModel, float32, type LayerEvent, type Transport } from "@nereid/core";

/** Rows that one pipeline has seen so far. */
export interface Counts {
  read: number;
  ok: number;
  failed: number;
  /** Rows with another value or in another place than theirs. */
  wrong: number;
  retries: number;
}

/** An endless stream of records through one model. */
export interface Pipeline {
  readonly name: string;
  readonly counts: Counts;
  /** Reads no more records; resolves when none is inside. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends the stream in good order and closes the model. */
  close(): Promise<void>;
}

const width = 16;
const ones: Float32Array = new Float32Array(width).fill(1);
/** Beyond it, 32-bit floats have no room for a number of their own. */
const distinctRows = 2 ** 20;

/** Opens a model over a transport and sends records until it is closed. */
export async function openPipeline(
  name: string,
  transport: Transport,
  signal: AbortSignal,
): Promise<Pipeline> {
  const counts: Counts = { read: 0, ok: 0, failed: 0, wrong: 0, retries: 0 };
  const model = await createModel({
    transport,
    model: "add_sub",
    inputs: { INPUT0: array(float32()), INPUT1: array(float32()) },
    outputs: { OUTPUT0: array(float32()) },
    batchSize: 16,
    maxInFlight: 4,
    maxRetries: 8,
    retryInitialBackoff: 20,
    attemptTimeout: 500,
    timeout: 60_000,
    observe: (event: LayerEvent) => {
      if (event.type === "retry") counts.retries += 1;
    },
  });
  let open = Promise.withResolvers<void>();
  open.resolve();
  let ended = false;

  const source = async function* () {
    for (;;) {
      await open.promise;
      if (ended) return;
      const value = counts.read % distinctRows;
      counts.read += 1;
      yield { INPUT0: new Float32Array(width).fill(value), INPUT1: ones };
    }
  };
  const run = async (): Promise<void> => {
    let place = 0;
    for await (const settled of model.settleAll(source(), { window: 256, signal })) {
      const expected = (place % distinctRows) + 1;
      place += 1;
      if (settled.outcome !== "ok") counts.failed += 1;
      else if (settled.row.OUTPUT0[0] === expected) counts.ok += 1;
      else counts.wrong += 1;
    }
  };
  const running = run();
  running.catch(() => undefined);
  const pause = async (): Promise<void> => {
    open = Promise.withResolvers<void>();
    while (counts.read > counts.ok + counts.failed + counts.wrong) await setImmediate();
  };
  return {
    name,
    counts,
    pause,
    resume: () => open.resolve(),
    async close() {
      ended = true;
      open.resolve();
      await running;
      await model.close();
    },
  };
}
