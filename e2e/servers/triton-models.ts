/** A tensor of a model configuration: name, data type without `TYPE_`, dimensions without the batch. */
type ConfigTensor = readonly [name: string, type: string, dims: readonly number[]];

/** A model of the test repository, as its configuration needs it. */
export interface TritonModel {
  readonly name: string;
  /** File of `triton/code` that every version runs. */
  readonly code: string;
  readonly maxBatchRows: number;
  readonly inputs: readonly ConfigTensor[];
  readonly outputs: readonly ConfigTensor[];
  readonly versions?: readonly number[];
  /** Files, from the repository's root, that lie beside the code. */
  readonly files?: readonly string[];
  /** Further configuration text. */
  readonly more?: string;
}

const echoTypes = [
  "BOOL",
  "INT8",
  "INT16",
  "INT32",
  "INT64",
  "UINT8",
  "UINT16",
  "UINT32",
  "UINT64",
  "FP16",
  "FP32",
  "FP64",
  "STRING",
];

const echoes: readonly TritonModel[] = echoTypes.map((type) => ({
  name: `echo_${(type === "STRING" ? "BYTES" : type).toLowerCase()}`,
  code: "echo",
  maxBatchRows: 64,
  inputs: [["IN", type, [-1]]],
  outputs: [["OUT", type, [-1]]],
}));

const flags = ["START", "END", "READY"]
  .map(
    (kind) =>
      `{ name: "${kind}" control [ { kind: CONTROL_SEQUENCE_${kind} int32_false_true: [0, 1] } ] }`,
  )
  .join(", ");

/** Every model of the test repository. */
export const tritonModels: readonly TritonModel[] = [
  ...echoes,
  {
    name: "echo_unbatched",
    code: "echo",
    maxBatchRows: 0,
    inputs: [["IN", "FP32", [-1, -1]]],
    outputs: [["OUT", "FP32", [-1, -1]]],
  },
  {
    name: "add_sub",
    code: "add_sub",
    maxBatchRows: 64,
    inputs: [
      ["INPUT0", "FP32", [16]],
      ["INPUT1", "FP32", [16]],
    ],
    outputs: [
      ["OUTPUT0", "FP32", [16]],
      ["OUTPUT1", "FP32", [16]],
    ],
    more: "dynamic_batching { }",
  },
  {
    name: "accumulator",
    code: "accumulator",
    maxBatchRows: 8,
    inputs: [["X", "INT32", [1]]],
    outputs: [
      ["SUM", "INT32", [1]],
      ["STEP", "INT32", [1]],
    ],
    more: `sequence_batching { max_sequence_idle_microseconds: 2000000 control_input [ ${flags} ] }`,
  },
  {
    name: "sequence_id",
    code: "sequence_id",
    maxBatchRows: 8,
    inputs: [["X", "INT32", [1]]],
    outputs: [
      ["ID", "STRING", [1]],
      ["FLAGS", "INT32", [2]],
    ],
    more: `sequence_batching { oldest { max_candidate_sequences: 64 } control_input [ ${flags} ] }`,
  },
  {
    name: "repeat",
    code: "repeat",
    maxBatchRows: 0,
    inputs: [["IN", "INT32", [1]]],
    outputs: [["OUT", "INT32", [1]]],
    more: "model_transaction_policy { decoupled: true }",
  },
  {
    name: "endless",
    code: "endless",
    maxBatchRows: 0,
    inputs: [["IN", "INT32", [1]]],
    outputs: [["OUT", "INT32", [1]]],
    more: "model_transaction_policy { decoupled: true }",
  },
  {
    name: "slow",
    code: "slow",
    maxBatchRows: 0,
    inputs: [["IN", "INT32", [1]]],
    outputs: [["OUT", "INT32", [1]]],
    more: "instance_group [ { count: 2 kind: KIND_CPU } ]",
  },
  {
    name: "poison",
    code: "poison",
    maxBatchRows: 64,
    inputs: [["IN", "FP32", [1]]],
    outputs: [["OUT", "FP32", [1]]],
    more: "dynamic_batching { }",
  },
  {
    name: "parameters",
    code: "parameters",
    maxBatchRows: 0,
    inputs: [["IN", "INT32", [1]]],
    outputs: [["OUT", "STRING", [1]]],
  },
  {
    name: "non_finite",
    code: "non_finite",
    maxBatchRows: 0,
    inputs: [["IN", "INT32", [1]]],
    outputs: [["OUT", "FP32", [4]]],
  },
  {
    name: "language",
    code: "language",
    maxBatchRows: 64,
    inputs: [["bytes", "INT32", [2048]]],
    outputs: [
      ["language", "STRING", [1]],
      ["confidence", "FP32", [1]],
    ],
    files: ["packages/cli/model/classifier.onnx"],
  },
  {
    name: "version",
    code: "version",
    maxBatchRows: 0,
    inputs: [["IN", "INT32", [1]]],
    outputs: [["OUT", "INT32", [1]]],
    versions: [1, 2],
    more: "version_policy { all { } }",
  },
];

/** The text of a model's `config.pbtxt`. */
export function renderConfig(model: TritonModel): string {
  return [
    'backend: "python"',
    `max_batch_size: ${model.maxBatchRows}`,
    `input [ ${model.inputs.map(renderTensor).join(", ")} ]`,
    `output [ ${model.outputs.map(renderTensor).join(", ")} ]`,
    model.more ?? "",
    "",
  ].join("\n");
}

function renderTensor([name, type, dims]: ConfigTensor): string {
  return `{ name: "${name}" data_type: TYPE_${type} dims: [ ${dims.join(", ")} ] }`;
}
