import type { SkippedCase } from "@nereid/testing/conformance";

/** What a server cannot do, and the cases that show it. */
interface Profile {
  readonly [reason: string]: readonly (string | { readonly prefix: string })[];
}

/** The cases of a datatype that an echo runs. */
const echoesOf = (datatype: string) => [{ prefix: `${datatype} carries` }];

const versions = ["a pinned version answers", "without a version the server picks the latest"];
const sequences = [
  "a stateful model without a sequence is rejected",
  "a step of a sequence that was never started is lost",
  "a sequence with a text id keeps its state until its end",
  "a sequence with a number of 64 bits keeps its state",
  "two sequences side by side do not mix",
  "a second start begins the sequence anew",
  "the model sees the id and the flags that were sent",
  "a sequence keeps its state beside 20 others and 200 plain calls",
];
const slow = [
  "a call that is given up while it waits throws the caller's reason, and the next one is served",
  "one signal gives up every call that has it",
  "close waits for a call until it is given up",
];
const tritonOnly: Profile = {
  "the V2 protocol has no sequences; they are an extension of Triton": sequences,
  "the V2 protocol tells neither the largest batch nor sequences; Triton's configuration does": [
    "metadata tells inputs, outputs and the largest batch",
    "metadata tells a stateful model and a decoupled one",
  ],
  "classes instead of a tensor are an extension of Triton": [
    "an output that is asked for as classes comes back as texts",
  ],
  "it has no decoupled models": [
    "a decoupled model is not supported by plain inference",
    "a decoupled model that is asked beside plain ones takes none of them with it",
  ],
};
const unchecked = [
  "an input of another name is rejected",
  "an input too many is rejected",
  "another datatype is rejected",
  "another rank is rejected",
  "inputs of different batches are rejected",
  "an input that comes twice is rejected",
  "a batch without rows is rejected",
  "a sequence's step of two rows is rejected",
];

const triton: Profile = {
  "the Python backend of 2.51 cannot hold BF16 in numpy": echoesOf("BF16"),
};

/** What each server cannot do; every other case passes. */
export const profiles: Readonly<
  Record<
    "triton" | "triton-stream" | "mlserver" | "mlserver-grpc" | "kserve" | "kserve-grpc",
    Profile
  >
> = {
  triton,
  "triton-stream": {
    ...triton,
    "answers of one stream come in the order of its requests, and the first never answers": [
      "one signal gives up every call that has it",
    ],
  },
  mlserver: {
    ...tritonOnly,
    "it takes tensors in JSON only, which has no form for them": [
      ...echoesOf("FP16"),
      ...echoesOf("BF16"),
      "BYTES carries bytes that are not UTF-8",
      "BYTES carries every single byte",
      "BYTES carries the bytes of a lone surrogate",
      "FP32 carries a NaN with a payload of its own",
      "FP32 carries quiet and signalling NaNs of either sign",
      "FP64 carries quiet and signalling NaNs of either sign",
      "FP32 carries NaN, infinities and minus zero",
      "FP64 carries NaN, infinities and minus zero",
      "NaN, infinities and minus zero come back from a model",
    ],
    "it takes tensors in JSON only, and closes its idle connection while so much is written": [
      "a 64 MiB tensor comes back whole",
    ],
    "it puts the id into a header in Latin-1 and drops the connection when it cannot": [
      "an id beyond ASCII comes back",
      "an id beyond the basic plane comes back",
      "an id with quotes, backslashes and line ends comes back",
    ],
    "the suite's models for it have one version": versions,
    "it leaves checking inputs to the model, and these models check nothing": [
      ...unchecked,
      "a missing input is rejected",
      "one input of two is rejected",
      "another fixed dimension is rejected",
      "a batch beyond the model's is rejected",
      "an output that does not exist is rejected",
    ],
    "its model refuses with 400, which stands": ["a model that raises may be asked again"],
    "the suite's models for it have no parameters to show": [
      "parameters of each type reach the model",
    ],
    "the suite's models for it have no slow one": slow,
  },
  kserve: {
    ...tritonOnly,
    "it knows no BF16": echoesOf("BF16"),
    "it reads every text as UTF-8": [
      "BYTES carries bytes that are not UTF-8",
      "BYTES carries every single byte",
      "BYTES carries the bytes of a lone surrogate",
    ],
    "it makes a signalling NaN of FP32 a quiet one": [
      "FP32 carries quiet and signalling NaNs of either sign",
    ],
    "it has no versions and refuses a path with one": [
      ...versions,
      "an answer tells its model and version",
      "a version that does not exist is not found",
      "a version that is not there is not ready and has no metadata",
    ],
    "it leaves checking inputs to the model, and these models check nothing": [
      ...unchecked,
      "a batch beyond the model's is rejected",
    ],
    "it answers 500 when the model trips over what is missing": [
      "a missing input is rejected",
      "one input of two is rejected",
      "another fixed dimension is rejected",
    ],
    "its model refuses with 400, which stands": ["a model that raises may be asked again"],
    "the suite's models for it have no parameters and no non-finite numbers to show": [
      "parameters of each type reach the model",
      "NaN, infinities and minus zero come back from a model",
    ],
    "the suite's models for it have no slow one": slow,
  },
  "mlserver-grpc": {
    ...tritonOnly,
    "its codecs know no BF16, and FP16 in JSON's form alone": [
      ...echoesOf("FP16"),
      ...echoesOf("BF16"),
    ],
    "it makes a signalling NaN of FP32 a quiet one": [
      "FP32 carries quiet and signalling NaNs of either sign",
    ],
    "it takes messages of up to 64 MiB, its frame included": ["a 64 MiB tensor comes back whole"],
    "it puts the id into a header in Latin-1 and drops the call when it cannot": [
      "an id beyond ASCII comes back",
      "an id beyond the basic plane comes back",
      "an id with quotes, backslashes and line ends comes back",
    ],
    "the suite's models for it have one version": versions,
    "the suite's models for it have no parameters and no non-finite numbers to show": [
      "parameters of each type reach the model",
      "NaN, infinities and minus zero come back from a model",
    ],
    "it leaves checking inputs to the model, and these models check nothing": [
      ...unchecked,
      "a missing input is rejected",
      "one input of two is rejected",
      "another fixed dimension is rejected",
      "a batch beyond the model's is rejected",
      "an output that does not exist is rejected",
    ],
    "its model refuses with INVALID_ARGUMENT, which stands": [
      "a model that raises may be asked again",
    ],
    "the suite's models for it have no slow one": slow,
  },
  "kserve-grpc": {
    ...tritonOnly,
    "it knows no BF16": echoesOf("BF16"),
    "it takes messages of up to 8 MiB": ["a 64 MiB tensor comes back whole"],
    "it has no versions and ignores one that is asked for": [
      ...versions,
      "an answer tells its model and version",
      "a version that does not exist is not found",
      "a version that is not there is not ready and has no metadata",
    ],
    "the suite's models for it have no parameters and no non-finite numbers to show": [
      "parameters of each type reach the model",
      "NaN, infinities and minus zero come back from a model",
    ],
    "it leaves checking inputs to the model, and these models check nothing": [
      ...unchecked,
      "a batch beyond the model's is rejected",
      "an output that does not exist is rejected",
    ],
    "it answers INTERNAL when the model trips over what is missing": [
      "a missing input is rejected",
      "one input of two is rejected",
      "another fixed dimension is rejected",
    ],
    "its model refuses with INVALID_ARGUMENT, which stands": [
      "a model that raises may be asked again",
    ],
    "the suite's models for it have no slow one": slow,
  },
};

/** A server's profile as the suite takes it. */
export function skipped(server: keyof typeof profiles): readonly SkippedCase[] {
  return Object.entries(profiles[server]).flatMap(([reason, cases]) =>
    cases.map((name) => (typeof name === "string" ? { case: name, reason } : { ...name, reason })),
  );
}
