import type { Infer } from "../transport/transport.ts";
import type { Clock } from "../transport/clock.ts";
import { response, serverError } from "./layers.fixture.ts";

/** A server with workers and a queue that says no when both are full. */
export interface SimulatedServer {
  readonly infer: Infer;
  workers: number;
  answered: number;
  refused: number;
}

/** @param random - uniform in [0, 1); service times are spread by a half to either side */
export function createSimulatedServer(
  clock: Clock,
  random: () => number,
  { serviceMs = 50, queueLength = 5, workers = 20 } = {},
): SimulatedServer {
  let busy = 0;
  const queue: (() => void)[] = [];
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => clock.setTimer(resolve, ms));
  const start = (): void => {
    while (busy < server.workers) {
      const waiter = queue.shift();
      if (waiter === undefined) return;
      busy += 1;
      waiter();
    }
  };
  const server: SimulatedServer = {
    workers,
    answered: 0,
    refused: 0,
    infer: async () => {
      if (busy >= server.workers && queue.length >= queueLength) {
        server.refused += 1;
        await pause(1);
        throw serverError("overloaded");
      }
      const turn = new Promise<void>((resolve) => queue.push(resolve));
      start();
      await turn;
      await pause(serviceMs * (0.5 + random()));
      busy -= 1;
      server.answered += 1;
      start();
      return response;
    },
  };
  return server;
}

/** The same numbers for the same seed, uniform in [0, 1). @see Marsaglia, "Xorshift RNGs" */
export function createSeededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
