import type { InferenceRequest, ModelRef, RequestedOutput } from "@nereid/core/transport-kit";
import { tagOf } from "./check-inputs.ts";
import { readJson, type Json } from "./json.ts";
import {
  asBoolean,
  asList,
  asString,
  asUnsigned,
  memberOf,
  requiredMember,
} from "./json-fields.ts";
import { readInputs } from "./read-inputs.ts";
import { readParameters } from "./read-parameters.ts";
import { readRawRequest } from "./read-raw-request.ts";
import { Refusal } from "./refusal.ts";
import type { ServerModel } from "./server-model.ts";

/** A request, and which of its outputs are wanted as bytes. */
export interface ReadRequest {
  readonly request: InferenceRequest;
  readonly isBinary: (output: string) => boolean;
}

/** What came over the wire. */
export interface RequestBody {
  readonly body: Uint8Array;
  /** The value of Inference-Header-Content-Length. */
  readonly headerLength: string | undefined;
}

/**
 * Reads the body of an inference straight from the protocol's text, and not with the client's codec, so
 * that a mistake of one is not made by the other as well.
 *
 * @throws Refusal with Triton's status and words
 */
export function readRequest(
  ref: ModelRef,
  model: ServerModel,
  { body, headerLength }: RequestBody,
): ReadRequest {
  const headerBytes = readHeaderLength(body, headerLength);
  if (headerBytes === 0) {
    return { request: readRawRequest(ref, model, body), isBinary: () => true };
  }
  // Without a header the JSON has no end of its own; a NUL of binary data ends it.
  const message = readJson(body.subarray(0, headerBytes));
  const id = memberOf(message, "id");
  const text = id === undefined ? "" : asString(id, "id");
  const { request, binaryOutput } = readParameters(memberOf(message, "parameters"));
  const inputs = readInputs(message, body.subarray(headerBytes), {
    model: model.name,
    tag: tagOf(text),
    hasBatch: model.maxBatchRows > 0,
  });
  const listed = readOutputs(memberOf(message, "outputs"));
  const binary = new Set(listed.filter(({ binary }) => binary).map(({ name }) => name));
  return {
    request: {
      model: ref,
      inputs,
      ...(text === "" ? {} : { id: text }),
      ...(listed.length === 0 ? {} : { outputs: listed.map(({ output }) => output) }),
      ...request,
    },
    isBinary: (output) => (listed.length === 0 ? binaryOutput : binary.has(output)),
  };
}

/** 0 for a body that is no JSON; what is not a number counts as 0, as in C. */
function readHeaderLength(body: Uint8Array, text: string | undefined): number {
  if (text === undefined) return body.byteLength;
  const length = Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);
  if (length >= 0 && length <= body.byteLength) return length;
  throw new Refusal(
    400,
    `inference header size should be in range (0, ${body.byteLength}), got: ${text}`,
    { isPlain: true },
  );
}

interface ListedOutput {
  readonly name: string;
  readonly output: RequestedOutput;
  readonly binary: boolean;
}

function readOutputs(outputs: Json | undefined): readonly ListedOutput[] {
  return outputs === undefined ? [] : asList(outputs, "outputs").map(readOutput);
}

function readOutput(listed: Json): ListedOutput {
  const name = asString(requiredMember(listed, "name"), "name");
  const parameters = memberOf(listed, "parameters");
  const binary = memberOf(parameters, "binary_data");
  const classes = memberOf(parameters, "classification");
  const classification = classes === undefined ? 0 : Number(asUnsigned(classes, "classification"));
  return {
    name,
    output: classification === 0 ? { name } : { name, classification },
    binary: binary !== undefined && asBoolean(binary, "binary_data"),
  };
}
