import {
  checkResponse,
  classifyAnswer,
  DecodeError,
  decodeResponse,
  describeJson,
  isJsonObject,
  member,
  parseJson,
  readErrorText,
  ServerError,
  type InferenceRequest,
  type InferenceResponse,
  type JsonObject,
  type ModelMetadata,
} from "@nereid/core/transport-kit";
import { decodeFlat } from "./decode-flat.ts";

/** What an answer is an answer to. */
export interface Asked {
  readonly request: InferenceRequest;
  /** The id that was sent. */
  readonly id: string;
  /** What the flat form leaves unsaid; undefined for a server that says everything. */
  readonly metadata: ModelMetadata | undefined;
  /** The exchange, for messages. */
  readonly where: () => string;
}

/**
 * Reads one answer of `generate` or one event of `generate_stream`, in the flat form or as a V2 message.
 *
 * @throws ServerError for an error, which may come with status 200; DecodeError for what is no answer to
 *   this request
 */
export function decodeAnswer(asked: Asked, body: Uint8Array): InferenceResponse {
  const { request, id } = asked;
  const message = parseJson(body);
  if (!isJsonObject(message)) {
    throw new DecodeError(
      `${asked.where()}: expected each answer to be an object, found ${describeJson(message)}`,
    );
  }
  if (isError(asked, message)) throw serverError(asked.where(), body);
  const response = Array.isArray(member(message, "outputs"))
    ? decodeResponse(body, undefined)
    : decodeFlat(asked, message);
  return onlyWanted(request, checkResponse(request, id, response));
}

/** The error that a body or an event of a 200 stands for. */
export function serverError(where: string, body: Uint8Array): ServerError {
  const serverText = readErrorText(body);
  return new ServerError(`${where}: expected an answer, found the error "${serverText}"`, {
    // The status was decided before the failure, so that the text alone tells what it is.
    outcome: classifyAnswer("http", 500, serverText),
    status: 200,
    serverText,
  });
}

/** An output may have the name too. */
function isError({ metadata }: Asked, message: JsonObject): boolean {
  const error = member(message, "error");
  if (error === undefined || error === null) return false;
  return metadata?.outputs.some(({ name }) => name === "error") !== true;
}

/** The form has no list of outputs; the server sends all. */
function onlyWanted(
  { outputs: wanted = [] }: InferenceRequest,
  response: InferenceResponse,
): InferenceResponse {
  if (wanted.length === 0) return response;
  const names = new Set(wanted.map(({ name }) => name));
  return { ...response, outputs: response.outputs.filter(({ name }) => names.has(name)) };
}
