import * as core from "@nereid/core";
import { datatypeNames, datatypes, type Datatype } from "@nereid/core/transport-kit";

/** How each datatype is declared, and what goes in and comes out. */
const forms: Readonly<
  Record<
    Datatype,
    {
      readonly field: { readonly datatype: Datatype };
      readonly name: string;
      readonly in: string;
      readonly out: string;
      readonly list: string;
    }
  >
> = {
  BOOL: { field: core.bool(), name: "bool()", in: "boolean", out: "boolean", list: "boolean[]" },
  INT8: { field: core.int8(), name: "int8()", in: "number", out: "number", list: "Int8Array" },
  INT16: { field: core.int16(), name: "int16()", in: "number", out: "number", list: "Int16Array" },
  INT32: { field: core.int32(), name: "int32()", in: "number", out: "number", list: "Int32Array" },
  INT64: {
    field: core.int64(),
    name: "int64()",
    in: "bigint or safe integer",
    out: "bigint",
    list: "BigInt64Array",
  },
  UINT8: { field: core.uint8(), name: "uint8()", in: "number", out: "number", list: "Uint8Array" },
  UINT16: {
    field: core.uint16(),
    name: "uint16()",
    in: "number",
    out: "number",
    list: "Uint16Array",
  },
  UINT32: {
    field: core.uint32(),
    name: "uint32()",
    in: "number",
    out: "number",
    list: "Uint32Array",
  },
  UINT64: {
    field: core.uint64(),
    name: "uint64()",
    in: "bigint or safe integer",
    out: "bigint",
    list: "BigUint64Array",
  },
  FP16: {
    field: core.float16(),
    name: "float16()",
    in: "number, rounded",
    out: "number",
    list: "Float32Array",
  },
  BF16: {
    field: core.bfloat16(),
    name: "bfloat16()",
    in: "number, rounded",
    out: "number",
    list: "Float32Array",
  },
  FP32: {
    field: core.float32(),
    name: "float32()",
    in: "number, rounded",
    out: "number",
    list: "Float32Array",
  },
  FP64: {
    field: core.float64(),
    name: "float64()",
    in: "number",
    out: "number",
    list: "Float64Array",
  },
  BYTES: { field: core.string(), name: "string()", in: "string", out: "string", list: "string[]" },
};

/** The page of types, from the table of datatypes. */
export function renderTypes(): string {
  const uses = datatypeNames.map((datatype) => {
    const { field, name, in: given, out, list } = forms[datatype];
    if (field.datatype !== datatype) throw new Error(`types: expected ${datatype} of ${name}`);
    return row([`\`${datatype}\``, `\`${name}\``, given, out, list]);
  });
  const facts = datatypeNames.map((datatype) => {
    const { elementBytes, min, max, sql, json } = datatypes[datatype];
    const range = min === undefined ? "" : `${min} to ${max}`;
    const bytes = elementBytes === 0 ? "any" : String(elementBytes);
    return row([`\`${datatype}\``, bytes, range, sql ?? "", json ? "yes" : "no"]);
  });
  return `# Types

Written by \`apps/docs/generate.ts\` from the table of datatypes; do not edit it by hand.

## Fields

| datatype | field | goes in | comes out | lists come out as |
| --- | --- | --- | --- | --- |
${uses.join("\n")}

- \`bytes()\` is the other field of \`BYTES\`: a \`Uint8Array\` in and out. \`string()\` refuses lone surrogates.
- \`int64({ as: "number" })\` and \`uint64({ as: "number" })\` give numbers, and refuse values beyond 2^53.
- \`array(…)\` is one more dimension, nested to any depth; ragged lists are refused. Lists may come in as
  arrays or typed arrays.
- \`tensor(datatype, shape)\` is a whole tensor as one value, its elements untouched.
- \`nullable(…)\` allows null in records, and \`named(name, …)\` binds a field to a tensor of another name.
- Integers are checked against their range, never wrapped. A narrower integer is widened without loss
  where the model declares a wider one.
- DATE, TIME, TIMESTAMP, DECIMAL, MAP and ROW have no datatype: give numbers or text instead.

## Datatypes

FP16 and BF16 have no form in JSON: they travel as bytes.

| datatype | bytes | range | SQL type | in JSON |
| --- | --- | --- | --- | --- |
${facts.join("\n")}
`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
