import { setTimeout as sleep } from "node:timers/promises";
import { createGrpcTransport } from "@nereid/transport-grpc";

/** A model that is unloaded and loaded again and again. */
export interface Reloads {
  /** How often it came back so far. */
  readonly count: number;
  /** Ends it, with the model loaded. */
  stop(): Promise<void>;
}

/** When a model is taken away, and how long for. */
export interface ReloadPlan {
  /** What came out so far, so that the model is taken away from records under way. */
  readonly rows: () => number;
  /** Rows between two reloads at least; at most three times as many. */
  readonly everyRows: number;
  readonly random: () => number;
}

const longestAwayMs = 300;

/**
 * Unloads a model and loads it again until told to stop, through the server's repository API. A server that
 * is down is asked again.
 *
 * @param address - `host:port` of gRPC: a load over HTTP holds up whoever shares its thread of the server
 */
export function startReloads(
  address: string,
  model: string,
  { rows, everyRows, random }: ReloadPlan,
): Reloads {
  const repository = createGrpcTransport({ endpoint: address });
  const insist = async (act: () => Promise<void>): Promise<void> => {
    for (;;) {
      try {
        await act();
        return;
      } catch {
        await sleep(100);
      }
    }
  };
  let isStopping = false;
  let count = 0;
  const done = (async () => {
    for (;;) {
      const next = rows() + everyRows * (1 + 2 * random());
      while (rows() < next && !isStopping) await sleep(5);
      if (isStopping) break;
      await insist(() => repository.unloadModel(model));
      await sleep(random() * longestAwayMs);
      await insist(() => repository.loadModel(model));
      count += 1;
    }
    await repository.close();
  })();
  return {
    get count() {
      return count;
    },
    stop() {
      isStopping = true;
      return done;
    },
  };
}
