import {
  createTensor,
  datatypeNames,
  encodeBytes,
  type Parameters,
  type ParameterValue,
} from "@nereid/core/transport-kit";
import { each, tensor } from "./model-declaring.ts";
import { writeFloat } from "./write-answer.ts";
import type { ServerModel } from "./server-model.ts";

const echo = each(({ inputs }) => [...inputs.values()].map((one) => ({ ...one, name: "OUT" })));

/** One for each datatype: gives back what it was given. */
export const echoes: readonly ServerModel[] = datatypeNames.map((datatype) => ({
  name: `echo_${datatype.toLowerCase()}`,
  maxBatchRows: 64,
  inputs: [tensor("IN", datatype, -1)],
  outputs: [tensor("OUT", datatype, -1)],
  execute: echo,
}));

/** Gives back what it was given, without a batch dimension. */
export const unbatched: ServerModel = {
  name: "echo_unbatched",
  maxBatchRows: 0,
  inputs: [tensor("IN", "FP32", -1, -1)],
  outputs: [tensor("OUT", "FP32", -1, -1)],
  execute: echo,
};

/** Tells the parameters that it was given. */
export const parameters: ServerModel = {
  name: "parameters",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "BYTES", 1)],
  execute: each((request) => [
    createTensor("OUT", "BYTES", [1], encodeBytes([writeParameters(request.parameters)])),
  ]),
};

/** JSON in which whole numbers stay whole, whatever their size, and others keep their point. */
function writeParameters(values: Parameters): string {
  const members = Object.entries(values).map(
    ([name, value]) => `${JSON.stringify(name)}:${writeParameter(value)}`,
  );
  return `{${members.join(",")}}`;
}

function writeParameter(value: ParameterValue): string {
  if (typeof value === "object") return writeFloat(value.double);
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** Answers with what JSON cannot say. */
export const nonFinite: ServerModel = {
  name: "non_finite",
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "FP32", 4)],
  execute: each(() => [
    createTensor("OUT", "FP32", [4], Float32Array.of(Number.NaN, 1 / 0, -1 / 0, -0)),
  ]),
};

/** Tells its version. */
export const version: ServerModel = {
  name: "version",
  versions: ["1", "2"],
  maxBatchRows: 0,
  inputs: [tensor("IN", "INT32", 1)],
  outputs: [tensor("OUT", "INT32", 1)],
  execute: each((request) => [
    createTensor("OUT", "INT32", [1], Int32Array.of(Number(request.version))),
  ]),
};
