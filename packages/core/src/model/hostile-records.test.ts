import fc from "fast-check";
import { expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

/** What a request would do harm with, if a record could write it. */
const names = ["inputs", "outputs", "parameters", "shape", "datatype", "id", "model", "sequence"];
const words = [
  "shared_memory_region",
  "../secret",
  "http://169.254.169.254/",
  "__proto__",
  "BYTES",
];
const sizes = [2 ** 31, 2 ** 53, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e308];

const hostile = fc.oneof(
  fc.constantFrom<unknown>(...words, ...sizes, 2n ** 64n, null, undefined),
  fc.array(fc.constantFrom(...sizes), { minLength: 2, maxLength: 3000 }),
  fc.array(fc.array(fc.double(), { maxLength: 3 }), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom(...names, ...words, "length"), fc.constantFrom(...words, ...sizes)),
);
const record = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...names, ...words), hostile),
    fc.oneof(fc.float({ noNaN: true }), hostile),
  )
  .map(([others, x]): Record<string, unknown> => ({ ...others, x }));

it("a record decides on values alone: what is asked of a server, and how large, is the model's", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (records) => {
      const clock = createVirtualClock();
      const transport = createDoubleTransport();
      const model = await createModel({
        transport,
        model: "double",
        clock,
        batchSize: 4,
        maxRetries: 0,
      });
      const outcomes: unknown[] = [];
      const reading = (async () => {
        for await (const { outcome } of model.settleAll(records)) outcomes.push(outcome);
      })();
      await clock.advance(60_000);
      await reading;
      expect(outcomes).toHaveLength(records.length);
      for (const { request } of transport.seen) {
        const { inputs, outputs, ...rest } = request;
        expect(inputs).toMatchObject([{ name: "x", datatype: "FP32" }]);
        const [rows = 0, width] = inputs[0]?.shape ?? [];
        expect([rows <= 4, width, inputs[0]?.data.length]).toEqual([true, 1, rows]);
        expect((outputs ?? []).filter(({ name }) => name !== "y")).toEqual([]);
        expect(rest.model).toEqual({ name: "double" });
        expect(rest.parameters).toBeUndefined();
        expect(rest.sequence).toBeUndefined();
      }
      await model.close();
    }),
    { numRuns: 60 },
  );
});
