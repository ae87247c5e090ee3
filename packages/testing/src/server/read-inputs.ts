import { isDatatype, type Tensor } from "@nereid/core/transport-kit";
import type { Json } from "./json.ts";
import { asList, asString, asUnsigned, memberOf, requiredMember } from "./json-fields.ts";
import { readBinaryData, type BinaryContext } from "./read-binary.ts";
import { readJsonData, type DataPlace } from "./read-data.ts";
import { Refusal } from "./refusal.ts";

/** Reads the inputs of a request; those in binary form take their bytes off the tail in order. */
export function readInputs(
  message: Json,
  tail: Uint8Array,
  context: BinaryContext,
): readonly Tensor[] {
  const inputs = asList(requiredMember(message, "inputs"), "inputs");
  let offset = 0;
  const taken = inputs.map((input) => {
    const place = readPlace(input);
    const size = binarySize(input);
    if (size === undefined) return { place, data: memberOf(input, "data") ?? null };
    const raw = tail.subarray(offset, offset + size);
    offset += size;
    if (raw.byteLength < size) {
      throw new Refusal(
        400,
        `unexpected size for input '${place.name}', expecting ${size - raw.byteLength} additional bytes for model '${context.model}'`,
      );
    }
    return { place, raw };
  });
  const usesTail = taken.some(({ raw }) => raw !== undefined);
  if (usesTail && offset < tail.byteLength) {
    throw new Refusal(400, `unexpected additional input data for model '${context.model}'`);
  }
  return taken.map(({ place, raw, data = null }) => {
    const elements =
      raw === undefined ? readJsonData(place, data) : readBinaryData(place, raw, context);
    // The reader made the elements for the datatype, which the type of the pair cannot say.
    return { ...place, data: elements } as Tensor;
  });
}

function readPlace(input: Json): DataPlace {
  checkSources(input);
  const name = asString(requiredMember(input, "name"), "name");
  const datatype = asString(requiredMember(input, "datatype"), "datatype");
  const shape = asList(requiredMember(input, "shape"), "shape").map((size) =>
    Number(asUnsigned(size, "shape")),
  );
  if (isDatatype(datatype)) return { name, datatype, shape };
  throw new Refusal(400, `invalid datatype for input ${name}`);
}

/** An input has its elements in one place. */
function checkSources(input: Json): void {
  const parameters = memberOf(input, "parameters");
  const sources = [
    ["data", memberOf(input, "data")],
    ["binary_data_size", memberOf(parameters, "binary_data_size")],
    ["shared_memory_region", memberOf(parameters, "shared_memory_region")],
  ] as const;
  const given = sources.filter(([, value]) => value !== undefined).map(([name]) => `'${name}'`);
  if (given.length === 1) return;
  const found = given.length === 0 ? "no field is set" : `set ${given.join(" ")}`;
  throw new Refusal(
    400,
    `Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', 'shared_memory_region' in 'parameters'. But ${found}`,
  );
}

function binarySize(input: Json): number | undefined {
  const size = memberOf(memberOf(input, "parameters"), "binary_data_size");
  return size === undefined ? undefined : Number(asUnsigned(size, "binary_data_size"));
}
