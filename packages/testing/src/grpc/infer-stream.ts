import { fromBinary } from "@bufbuild/protobuf";
import type { InferenceResponse } from "@nereid/core/transport-kit";
import { ModelInferRequestSchema, type ModelInferRequest } from "../generated/inference_pb.ts";
import type { ModelHost } from "../server/model-host.ts";
import { Refusal } from "../server/refusal.ts";
import type { GrpcCall } from "./grpc-call.ts";
import {
  alterAnswers,
  applyEarlyFault,
  sendWithFault,
  untilAborted,
  type GrpcFault,
} from "./grpc-faults.ts";
import { grpcCodes, statusOf } from "./grpc-status.ts";
import { readGrpcRequest, type GrpcRequest } from "./read-grpc-request.ts";
import {
  finalMark,
  writeGrpcAnswer,
  writeStreamAnswer,
  writeStreamError,
} from "./write-grpc-answer.ts";

/** What a stream needs beside its call. */
export interface StreamContext {
  readonly host: ModelHost;
  /** Writes a message down, and tells what goes wrong with its answer. */
  readonly see: (message: Uint8Array) => GrpcFault | undefined;
}

/**
 * Serves a stream of requests. Models with one answer for each request answer in the order of the
 * requests, decoupled ones as they like; an error of a request is a message, and the stream goes on.
 */
export async function serveInferStream(call: GrpcCall, context: StreamContext): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let turn: Promise<void> = Promise.resolve();
  const inTurn: Work["inTurn"] = (send) => {
    turn = turn.then(send);
    return turn;
  };
  for await (const bytes of call.messages) {
    const fault = context.see(bytes);
    const work = serveRequest({ call, host: context.host, fault, inTurn }, bytes)
      .catch((error: unknown) => call.end(statusOf(error)))
      .finally(() => underWay.delete(work));
    underWay.add(work);
    if (fault?.kind === "stop-reading") await untilAborted(call.signal);
  }
  await Promise.all(underWay);
  call.end({ code: grpcCodes.ok, text: "" });
}

interface Work {
  readonly call: GrpcCall;
  readonly host: ModelHost;
  readonly fault: GrpcFault | undefined;
  /** Sends when everything that was sent in turn before has been. */
  readonly inTurn: (send: () => Promise<void>) => Promise<void>;
}

async function serveRequest(work: Work, bytes: Uint8Array): Promise<void> {
  const { call, host, fault, inTurn } = work;
  const message = fromBinary(ModelInferRequestSchema, bytes);
  if (fault?.kind === "status") {
    return inTurn(() => call.send(writeStreamError(fault.text, { id: message.id })));
  }
  // Without a fault there is no wait, so that requests reach the models in their order.
  if (fault !== undefined && fault.kind !== "late" && (await applyEarlyFault(call, fault))) return;
  let read: GrpcRequest;
  try {
    read = readGrpcRequest(host, message);
  } catch (error) {
    return inTurn(() => sendError(work, message, error, true));
  }
  const { model } = host.find(read.request.model);
  const answers = host.answers(read.request, call.signal)[Symbol.asyncIterator]();
  const first = answers.next();
  // It may fail long before its turn.
  first.catch(() => undefined);
  if (model.decoupled !== undefined) return sendAll(work, message, read, { first, answers });
  return inTurn(async () => {
    if (fault?.kind === "late") await fault.until;
    try {
      const { value } = await first;
      if (value !== undefined) await sendAnswer(work, value, true);
    } catch (error) {
      await sendError(work, message, error, true);
    }
  });
}

interface Answers {
  readonly first: Promise<IteratorResult<InferenceResponse, undefined>>;
  readonly answers: AsyncIterator<InferenceResponse, undefined>;
}

/** Sends the answers of a decoupled model, and tells the end where the caller wants it told. */
async function sendAll(
  work: Work,
  message: ModelInferRequest,
  { emptyFinal }: GrpcRequest,
  { first, answers }: Answers,
): Promise<void> {
  const { call, fault } = work;
  if (fault?.kind === "late") await fault.until;
  let left = fault;
  try {
    for (let result = await first; result.done !== true; result = await answers.next()) {
      if (call.signal.aborted) break;
      await sendAnswer({ ...work, fault: left }, result.value, false);
      left = undefined;
    }
  } catch (error) {
    await sendError(work, message, error, false);
    if (!isOfModel(error)) return;
  }
  await answers.return?.();
  if (!emptyFinal) return;
  await call.send(writeStreamAnswer({ modelName: message.modelName, id: message.id }, true));
}

async function sendAnswer(
  { call, fault }: Work,
  response: InferenceResponse,
  isFinal: boolean,
): Promise<void> {
  for (const answer of alterAnswers(writeGrpcAnswer(response), fault)) {
    await sendWithFault(call, writeStreamAnswer(answer, isFinal), fault);
  }
}

/** A caller may ask for an error of a model to end the whole stream. @see Triton, `triton_grpc_error` */
async function sendError(
  { call }: Work,
  { id, modelName }: ModelInferRequest,
  error: unknown,
  isFinal: boolean,
): Promise<void> {
  const status = statusOf(error);
  if (!isOfModel(error)) return call.send(writeStreamError(status.text, { id }));
  if (call.headers["triton_grpc_error"] === "true") {
    call.end(status);
    return;
  }
  const answer = { id, modelName, parameters: finalMark(isFinal) };
  return call.send(writeStreamError(status.text, answer));
}

/** True for what came out of a model, and not of the check before it. */
function isOfModel(error: unknown): boolean {
  return !(error instanceof Refusal) || error.status === 500;
}
