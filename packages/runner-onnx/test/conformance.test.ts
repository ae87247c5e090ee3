import { testTransport } from "@nereid/testing/conformance";
import { createOnnxRunner, type OnnxModel } from "../src/index.ts";
import { elementTypes, tinyModel } from "./tiny-models.fixture.ts";

const typesWithModels = Object.keys(elementTypes) as (keyof typeof elementTypes)[];
const echoes = typesWithModels.map((type): [string, OnnxModel] => [
  `echo_${type.toLowerCase()}`,
  { bytes: echoOf(type, ["rows", "width"]), maxBatchRows: 64 },
]);

function echoOf(type: keyof typeof elementTypes, shape: readonly string[]): Uint8Array {
  return tinyModel({
    nodes: [{ op: "Identity", inputs: ["IN"], outputs: ["OUT"] }],
    inputs: [{ name: "IN", type, shape }],
    outputs: [{ name: "OUT", type, shape }],
  });
}

const sixteen = (name: string) => ({ name, type: "FP32" as const, shape: ["rows", 16] });
const addSub = tinyModel({
  nodes: [
    { op: "Add", inputs: ["INPUT0", "INPUT1"], outputs: ["OUTPUT0"] },
    { op: "Sub", inputs: ["INPUT0", "INPUT1"], outputs: ["OUTPUT1"] },
  ],
  inputs: [sixteen("INPUT0"), sixteen("INPUT1")],
  outputs: [sixteen("OUTPUT0"), sixteen("OUTPUT1")],
});

/** What the runner cannot do, or what its models here cannot show; every other case passes. */
const leftOut: Readonly<Record<string, readonly ({ case: string } | { prefix: string })[]>> = {
  "ONNX Runtime takes no BF16 from Node": [{ prefix: "BF16 carries" }],
  "ONNX Runtime takes text without NUL alone": [
    { case: "BYTES carries a NUL inside" },
    { case: "BYTES carries every single byte" },
    { case: "BYTES carries bytes that are not UTF-8" },
    { case: "BYTES carries the bytes of a lone surrogate" },
  ],
  "it refuses sequences": [
    { prefix: "a sequence with" },
    { prefix: "a sequence keeps" },
    { prefix: "a sequence's step" },
    { case: "two sequences side by side do not mix" },
    { case: "a second start begins the sequence anew" },
    { case: "the model sees the id and the flags that were sent" },
    { case: "a stateful model without a sequence is rejected" },
    { case: "a step of a sequence that was never started is lost" },
    { case: "metadata tells a stateful model and a decoupled one" },
  ],
  "it has no decoupled models": [
    { case: "a decoupled model is not supported by plain inference" },
    { case: "a decoupled model that is asked beside plain ones takes none of them with it" },
  ],
  "it refuses classes": [{ case: "an output that is asked for as classes comes back as texts" }],
  "it has one version of each model": [
    { case: "a pinned version answers" },
    { case: "without a version the server picks the latest" },
  ],
  "parameters mean nothing to an ONNX model": [{ case: "parameters of each type reach the model" }],
  "its models here echo, add and subtract": [
    { case: "NaN, infinities and minus zero come back from a model" },
    { case: "a model that raises may be asked again" },
  ],
  "a run cannot be interrupted, so none of its models waits until its caller has gone": [
    { case: "a call that is given up takes no other one with it" },
    {
      case: "a call that is given up while it waits throws the caller's reason, and the next one is served",
    },
    { case: "one signal gives up every call that has it" },
    { case: "metadata is not lost with a call that is given up" },
    { case: "close waits for a call until it is given up" },
  ],
};

testTransport({
  name: "onnx",
  open: () =>
    createOnnxRunner({
      models: {
        ...Object.fromEntries(echoes),
        add_sub: { bytes: addSub, maxBatchRows: 64 },
        echo_unbatched: { bytes: echoOf("FP32", ["height", "width"]), maxBatchRows: 0 },
      },
    }),
  skip: Object.entries(leftOut).flatMap(([reason, rows]) =>
    rows.map((row) => ({ ...row, reason })),
  ),
});
