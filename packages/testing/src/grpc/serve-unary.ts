import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelInferRequestSchema, ModelInferResponseSchema } from "../generated/inference_pb.ts";
import type { ModelHost } from "../server/model-host.ts";
import { Refusal } from "../server/refusal.ts";
import type { GrpcCall } from "./grpc-call.ts";
import { alterAnswers, applyEarlyFault, sendWithFault, type GrpcFault } from "./grpc-faults.ts";
import { inferPath, managementMethods } from "./grpc-methods.ts";
import { grpcCodeOf, grpcCodes, statusOf } from "./grpc-status.ts";
import { readGrpcRequest, readModelRef } from "./read-grpc-request.ts";
import { writeGrpcAnswer } from "./write-grpc-answer.ts";

/** Serves a call of one message: an inference or one of the other methods. */
export async function serveUnary(
  call: GrpcCall,
  host: ModelHost,
  see: (message: Uint8Array) => GrpcFault | undefined,
): Promise<void> {
  try {
    const message = await onlyMessage(call);
    const fault = see(message);
    if (await applyEarlyFault(call, fault)) return;
    if (fault?.kind === "status") {
      call.end({ code: fault.grpcCode ?? grpcCodeOf(fault.status), text: fault.text });
      return;
    }
    for (const answered of await answer(call, host, message, fault)) {
      await sendWithFault(call, answered, fault);
    }
    call.end({ code: grpcCodes.ok, text: "" });
  } catch (error) {
    call.end(statusOf(error));
  }
}

async function onlyMessage({ messages }: GrpcCall): Promise<Uint8Array> {
  let only: Uint8Array | undefined;
  for await (const message of messages) only ??= message;
  if (only !== undefined) return only;
  throw new Refusal(500, "the call ended without a message");
}

async function answer(
  call: GrpcCall,
  host: ModelHost,
  message: Uint8Array,
  fault: GrpcFault | undefined,
): Promise<readonly Uint8Array[]> {
  if (call.path === inferPath) {
    const answers = alterAnswers(await infer(host, message, call.signal), fault);
    return answers.map((one) =>
      toBinary(ModelInferResponseSchema, create(ModelInferResponseSchema, one)),
    );
  }
  const method = managementMethods.get(call.path);
  // Words of their own come with the methods that a server has.
  if (method === undefined) throw new Refusal(501, "");
  return [method(host, message)];
}

async function infer(host: ModelHost, bytes: Uint8Array, signal: AbortSignal) {
  const message = fromBinary(ModelInferRequestSchema, bytes);
  const { model } = host.find(readModelRef(message.modelName, message.modelVersion));
  if (model.decoupled !== undefined) {
    throw new Refusal(
      501,
      "ModelInfer RPC doesn't support models with decoupled transaction policy",
    );
  }
  const { request } = readGrpcRequest(host, message);
  return writeGrpcAnswer(await host.infer(request, signal));
}
