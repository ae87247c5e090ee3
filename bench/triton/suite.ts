import { createRandom } from "../measure/statistics.ts";
import { compete } from "../peers/compete.ts";
import type { Contest } from "../peers/contests.ts";
import { peers } from "../peers/peers.ts";
import type { Suite } from "../suite.ts";

const shared = {
  protocol: "http",
  model: "add_sub",
  workload: { name: "add_sub", floats: 16, answerFloats: 16, inFlight: 32 },
  isRate: false,
} as const;

const contests: readonly Contest[] = [
  {
    ...shared,
    what: "predict, a request for each row",
    kind: "add-sub",
    label: "add_sub, 32 in flight",
    opponents: [{ peer: peers.httpAio, goal: { most: 0.5 } }],
  },
  {
    ...shared,
    what: "predict in batches of up to 64",
    kind: "add-sub-rows",
    label: "add_sub, 256 rows under way; the peer 32 requests",
    rowsInFlight: 256,
    warmMs: 8000,
    opponents: [{ peer: peers.httpAio, goal: { most: 0.05 } }],
  },
];

/**
 * What a row costs the client on a real Triton with the model add_sub (two inputs FP32 [16]).
 *
 * @param url - where it listens; without one the suite's rows are skipped
 */
export function createTritonSuite(url: string | undefined, seed: number): Suite {
  return {
    name: "triton",
    async *run(context) {
      if (url === undefined) {
        for (const { what, label } of contests) {
          yield {
            suite: "triton",
            what,
            workload: label,
            unit: "CPU µs per request",
            ours: Number.NaN,
            theirs: Number.NaN,
            ratio: Number.NaN,
            verdict: "skipped",
            note: "no server: --triton URL",
          };
        }
        return;
      }
      const { host } = new URL(url);
      const arena = { suite: "triton", host, note: "real Triton", random: createRandom(seed) };
      for (const contest of contests) yield* compete(contest, arena, context);
    },
  };
}
