import type {
  InferenceRequest,
  ModelRef,
  ParameterValue,
  Tensor,
} from "@nereid/core/transport-kit";
import { tagOf } from "./check-inputs.ts";
import { flatShape } from "./flat-shape.ts";
import { readJson, type Json, type JsonMembers } from "./json.ts";
import { asString, isMembers } from "./json-fields.ts";
import { readJsonData } from "./read-data.ts";
import { readParameter } from "./read-parameters.ts";
import { Refusal } from "./refusal.ts";
import { withBatch, type ServerModel } from "./server-model.ts";

/**
 * Reads the flat body of `POST …/generate`: members named like inputs are inputs, others parameters, and
 * one level of `parameters` is read as if it stood outside. No parameter has a special meaning.
 *
 * @throws Refusal with Triton's status and words
 */
export function readGenerate(
  ref: ModelRef,
  model: ServerModel,
  body: Uint8Array,
): InferenceRequest {
  const message = readJson(body);
  if (!isMembers(message)) throw new Refusal(500, "attempt to get members for non-object");
  const id = asString(message.get("id") ?? "", "id");
  const inputs = new Map<string, Tensor>();
  const parameters: Record<string, ParameterValue> = {};
  const take = (members: JsonMembers): void => {
    for (const [name, value] of members) {
      if (name === "id") continue;
      if (name === "parameters" && members === message) takeNested(value);
      else if (model.inputs.some((input) => input.name === name)) {
        if (inputs.has(name)) {
          throw new Refusal(400, `${tagOf(id)} input '${name}' already exists in request`);
        }
        inputs.set(name, readInput(model, name, value));
      } else parameters[name] = readParameter(name, value);
    }
  };
  const takeNested = (value: Json): void => {
    if (!isMembers(value)) {
      throw new Refusal(
        500,
        "Expected JSON object for keyword: 'parameters': attempt to access JSON non-object as object",
      );
    }
    try {
      take(value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(error.status, `Converting keyword: 'parameters': ${error.message}`);
    }
  };
  take(message);
  return {
    model: ref,
    inputs: [...inputs.values()],
    ...(id === "" ? {} : { id }),
    parameters,
  };
}

function readInput(model: ServerModel, name: string, value: Json): Tensor {
  const declared = model.inputs.find((input) => input.name === name);
  const datatype = declared?.datatype ?? "BYTES";
  const dimensions = declared === undefined ? [] : withBatch(model, declared).shape;
  const elements = toElements(value);
  const shape = flatShape(dimensions, elements.length);
  if (shape === undefined) {
    throw new Refusal(
      400,
      `The schema can not convert input '${name}' to tensor with proper shape`,
    );
  }
  const data = readJsonData({ name, datatype, shape }, elements);
  // The reader made the elements for the datatype, which the type of the pair cannot say.
  return { name, datatype, shape, data } as Tensor;
}

/** A lone value is a list of one. */
function toElements(value: Json): readonly Json[] {
  // A map is no array, which `Array.isArray` does not tell the compiler of a readonly one.
  return Array.isArray(value) ? value : [value];
}
