import {
  array,
  bfloat16,
  bool,
  bytes,
  float16,
  float32,
  float64,
  int16,
  int32,
  int64,
  int8,
  nullable,
  string,
  uint16,
  uint32,
  uint64,
  uint8,
  type Field,
  type Fields,
  type ScalarField,
} from "@nereid/core";
import { UsageError } from "../command/usage-error.ts";

const builders: Readonly<Record<string, () => ScalarField<Field["datatype"], unknown, unknown>>> = {
  bool,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float16,
  bfloat16,
  float32,
  float64,
  string,
  bytes,
};

/**
 * Reads fields as they are declared on a command line: `name:type`, where the type is a field builder's
 * name, `[]` for each level of lists and `?` where null may stand: `features:float32[]`, `text:string?`.
 *
 * @returns undefined without any
 * @throws UsageError
 */
export function readDeclaredFields(
  flag: string,
  declarations: readonly string[],
): Fields | undefined {
  if (declarations.length === 0) return undefined;
  return Object.fromEntries(declarations.map((text) => readField(flag, text)));
}

function readField(flag: string, text: string): [string, Field] {
  const { name, type, levels, mark } =
    /^(?<name>.+):(?<type>\w+)(?<levels>(?:\[\])*)(?<mark>\??)$/.exec(text)?.groups ?? {};
  const build = Object.entries(builders).find(([known]) => known === type)?.[1];
  if (name === undefined || levels === undefined || build === undefined) {
    const types = Object.keys(builders).join(", ");
    throw new UsageError(
      `${flag}: expected name:type such as features:float32[], the type one of ${types}, found "${text}"`,
    );
  }
  let field: Field = build();
  for (let level = 0; level < levels.length / 2; level += 1) field = array(field);
  return [name, mark === "?" ? nullable(field) : field];
}
