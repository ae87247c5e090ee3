import { describe, expect, it } from "vitest";
import { array, float32, int32 } from "../record/fields.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

const fields = { inputs: { x: float32() }, outputs: { y: float32() } };

describe("createModel", () => {
  it("refuses fields that the model does not have, all at once", async () => {
    const transport = createDoubleTransport();
    const made = createModel({
      transport,
      model: "double",
      inputs: { z: array(float32()) },
      outputs: { y: int32() },
    });
    await expect(made).rejects.toMatchObject({
      code: "options",
      issues: [
        { option: "inputs.z" },
        { option: "inputs.x" },
        { option: "outputs.y", problem: "expected FP32 as the model declares, found INT32" },
      ],
    });
    expect(transport.closed).toBe(true);
  });

  it("refuses a batch size above the model's", async () => {
    const made = createModel({
      transport: createDoubleTransport(),
      model: "double",
      batchSize: 65,
    });
    await expect(made).rejects.toThrow(
      'batchSize: expected at most 64 for model "double", found 65',
    );
  });

  it("refuses a default value that does not fit the outputs", async () => {
    const made = createModel({
      transport: createDoubleTransport(),
      model: "double",
      ...fields,
      defaultValue: "none",
    });
    await expect(made).rejects.toThrow(
      'defaultValue: field "y": expected a number, found a string',
    );
  });

  it("names the nearest option for a misspelt one", async () => {
    const misspelt = { transport: createDoubleTransport(), model: "double", batchSiez: 4 };
    await expect(createModel(misspelt)).rejects.toThrow('is it "batchSize"?');
  });
});
