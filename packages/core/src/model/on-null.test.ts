import { describe, expect, it } from "vitest";
import { float32, nullable } from "../record/fields.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

async function outcomesOf(options: object): Promise<{ rows: unknown[]; sent: number }> {
  const transport = createDoubleTransport();
  await using model = await createModel({
    transport,
    model: "double",
    inputs: { x: nullable(float32()) },
    outputs: { y: float32() },
    ...options,
  });
  const rows: unknown[] = [];
  for await (const row of model.predictAll([{ x: 1 }, { x: null }, { x: 3 }])) rows.push(row);
  return { rows, sent: transport.seen.length };
}

describe("a null in a nullable field", () => {
  it("fails its record unless told otherwise", async () => {
    await expect(outcomesOf({})).rejects.toThrow('field "x": expected a number, found null');
  });

  it("is left out with on-null skip, and nothing travels for it", async () => {
    await expect(outcomesOf({ onNull: "skip" })).resolves.toEqual({
      rows: [{ y: 2 }, { y: 6 }],
      sent: 2,
    });
  });

  it("gives the default row with on-null default, while errors still fail", async () => {
    const options = { onNull: "default", defaultValue: -1, onError: "fail" };
    await expect(outcomesOf(options)).resolves.toEqual({
      rows: [{ y: 2 }, { y: -1 }, { y: 6 }],
      sent: 2,
    });
  });

  it("goes to the dead letters as any other failure does, unless it is skipped", async () => {
    const letters: unknown[] = [];
    const options = {
      onError: "dead-letter",
      onDeadLetter: (letter: unknown) => letters.push(letter),
    };
    await outcomesOf(options);
    await outcomesOf({ ...options, onNull: "skip" });
    expect(letters).toMatchObject([{ record: { x: null }, error: { code: "encode" } }]);
  });
});
