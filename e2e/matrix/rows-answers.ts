import { createTensor, type InferenceResponse } from "@nereid/core/transport-kit";
import { cutOff, failing, lost, mended, misfit, unharmed, wrong } from "./expectations.ts";
import type { Expectation, FaultRow } from "./fault-row.ts";

const lie = (
  id: string,
  what: string,
  alter: (right: InferenceResponse) => InferenceResponse,
  expect: Expectation = failing(wrong),
  on: FaultRow["on"] = {},
): FaultRow => ({ id, what, inject: { alter }, expect, on });
const firstOutput = ({ outputs }: InferenceResponse) => {
  const [output] = outputs;
  if (output === undefined) throw new Error("expected an answer with an output");
  return output;
};
const values = (count: number): Float32Array => new Float32Array(count);

/** Answers that contradict their question, or themselves, in ways that both wires can carry. */
export const answerRows: readonly FaultRow[] = [
  lie("H10", "another id", (right) => ({ ...right, id: "another" }), failing(wrong), {
    "grpc-stream": cutOff,
  }),
  lie("H16a", "an output is missing", (right) => ({ ...right, outputs: [] })),
  lie("H16b", "an output comes twice", (right) => ({
    ...right,
    outputs: [firstOutput(right), firstOutput(right)],
  })),
  lie("H16c", "an output is renamed", (right) => ({
    ...right,
    outputs: [{ ...firstOutput(right), name: "OTHER" }],
  })),
  lie(
    "H15",
    "another datatype",
    (right) => ({
      ...right,
      outputs: [createTensor("OUT", "INT32", [16, 1], new Int32Array(16))],
    }),
    misfit,
  ),
  lie(
    "H17a",
    "fewer rows than were sent",
    (right) => ({
      ...right,
      outputs: [createTensor("OUT", "FP32", [15, 1], values(15))],
    }),
    misfit,
  ),
  lie(
    "H17b",
    "more rows than were sent",
    (right) => ({
      ...right,
      outputs: [createTensor("OUT", "FP32", [17, 1], values(17))],
    }),
    misfit,
  ),
  lie(
    "H14a",
    "another rank",
    (right) => ({
      ...right,
      outputs: [createTensor("OUT", "FP32", [16], values(16))],
    }),
    misfit,
  ),
  lie(
    "H14b",
    "rows and columns swapped",
    (right) => ({
      ...right,
      outputs: [createTensor("OUT", "FP32", [1, 16], values(16))],
    }),
    misfit,
  ),
  lie("H29", "another model's name", (right) => ({ ...right, modelName: "another" })),
  {
    id: "H10b",
    what: "an id of another request, by the server's own doing",
    inject: { answers: [{ kind: "wrong-id" }] },
    expect: failing(wrong),
    on: { "grpc-stream": cutOff },
  },
  {
    id: "H32",
    what: "bytes that are no message of the protocol",
    inject: { answers: [{ kind: "garbage" }] },
    expect: mended(lost),
    on: { grpc: failing(wrong), "grpc-stream": cutOff },
  },
  {
    id: "H16d",
    what: "an output that nobody asked for comes beside the right one, and is left out",
    inject: {
      alter: (right) => ({
        ...right,
        outputs: [...right.outputs, { ...firstOutput(right), name: "MORE" }],
      }),
    },
    expect: unharmed,
  },
];
