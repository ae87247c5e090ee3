import { expect, it } from "vitest";
import { formatChaos, problemsOf } from "./report.ts";
import { runChaos } from "./run-chaos.ts";

it("loses, doubles and reorders nothing while servers and networks fail all the time", async () => {
  const seed = 7;
  const run = await runChaos(5_000, seed);
  process.stdout.write(`seed ${seed}\n${formatChaos(run)}\n`);
  expect(problemsOf(run)).toEqual([]);
  expect(Object.values(run.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
});
