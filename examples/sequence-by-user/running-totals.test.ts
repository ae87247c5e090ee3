import { TransportError } from "@nereid/core";
import { createMemoryTransport, createStandardModels } from "@nereid/testing";
import { expect, it } from "vitest";
import { collect } from "../collect.ts";
import { runningTotals, type Visit } from "./running-totals.ts";

const visits: readonly Visit[] = [
  { user: "ann", X: 1 },
  { user: "bob", X: 10 },
  { user: "ann", X: 2 },
  { user: "ann", X: 3 },
  { user: "bob", X: 20 },
];
const totals = [
  { user: "ann", SUM: 1 },
  { user: "bob", SUM: 10 },
  { user: "ann", SUM: 3 },
  { user: "ann", SUM: 6 },
  { user: "bob", SUM: 30 },
];

it("keeps a total for each user", async () => {
  const transport = createMemoryTransport({ models: createStandardModels() });
  expect(await collect(runningTotals(transport, visits))).toEqual(totals);
});

it("keeps them right when an answer is lost", async () => {
  const lost = new TransportError("reset", { delivery: "unknown", retryable: true });
  let seen = 0;
  const transport = createMemoryTransport({
    models: createStandardModels(),
    gate: async () => {
      seen += 1;
      if (seen === 4) throw lost;
    },
  });
  expect(await collect(runningTotals(transport, visits))).toEqual(totals);
  expect(seen).toBeGreaterThan(visits.length);
});
