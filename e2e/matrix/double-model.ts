import { createTensor } from "@nereid/core/transport-kit";
import { createOracle, type ModelRequest, type Oracle, type ServerModel } from "@nereid/testing";

/** Answers VALUE times two; a request with a value below zero is answered by an error, as a model that raises. */
const double: ServerModel = {
  name: "double",
  maxBatchRows: 64,
  inputs: [
    { name: "ID", datatype: "INT32", shape: [1] },
    { name: "VALUE", datatype: "FP32", shape: [1] },
  ],
  outputs: [{ name: "OUT", datatype: "FP32", shape: [1] }],
  execute: (requests) =>
    requests.map((request) => {
      const values = request.inputs.get("VALUE");
      if (values?.datatype !== "FP32") return { error: "expected FP32" };
      if (values.data.some((value) => value < 0)) return { error: "a value below zero" };
      return [
        createTensor(
          "OUT",
          "FP32",
          values.shape,
          values.data.map((value) => value * 2),
        ),
      ];
    }),
};

/** The model of the matrix, with an oracle that knows which records took effect. */
export function createDouble(): Oracle<number> {
  return createOracle({ model: double, keysOf: idsOf });
}

function idsOf({ inputs }: ModelRequest): Iterable<number> {
  const ids = inputs.get("ID");
  return ids?.datatype === "INT32" ? ids.data : [];
}
