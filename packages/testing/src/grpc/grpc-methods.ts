import {
  create,
  fromBinary,
  fromJsonString,
  toBinary,
  type DescMessage,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { GRPCInferenceService, type ModelRepositoryParameter } from "../generated/inference_pb.ts";
import { modelMetadata, modelStatistics, repositoryIndex } from "../server/management.ts";
import { modelConfig } from "../server/model-config.ts";
import type { ModelHost } from "../server/model-host.ts";
import { Refusal } from "../server/refusal.ts";
import { readModelRef } from "./read-grpc-request.ts";

/** Answers the bytes of one message with the bytes of another. @throws Refusal */
export type UnaryMethod = (host: ModelHost, message: Uint8Array) => Uint8Array;

const { method } = GRPCInferenceService;

/** Paths of the two methods that infer. */
export const inferPath: string = pathOf(method.modelInfer);
export const streamPath: string = pathOf(method.modelStreamInfer);

const health: UnaryMethod = () => Uint8Array.of(0x08, 1);

/** Every method but those that infer, by path. */
export const managementMethods: ReadonlyMap<string, UnaryMethod> = new Map([
  // The standard's `status: SERVING`; the service that is asked for does not matter.
  ["/grpc.health.v1.Health/Check", health],
  unary(method.serverLive, () => ({ live: true })),
  unary(method.serverReady, () => ({ ready: true })),
  unary(method.modelReady, (host, { name, version }) => ({
    ready: host.isReady(readModelRef(name, version)),
  })),
  unary(method.serverMetadata, (host) =>
    fromDocument(method.serverMetadata.output, host.serverMetadata),
  ),
  unary(method.modelMetadata, (host, { name, version }) =>
    fromDocument(
      method.modelMetadata.output,
      modelMetadata(host.find(readModelRef(name, version)), version !== ""),
    ),
  ),
  unary(method.modelConfig, (host, { name, version }) =>
    fromDocument(method.modelConfig.output, {
      config: modelConfig(host.find(readModelRef(name, version)).model),
    }),
  ),
  unary(method.modelStatistics, (host, { name, version }) =>
    fromDocument(
      method.modelStatistics.output,
      modelStatistics(host, name === "" ? undefined : readModelRef(name, version)),
    ),
  ),
  unary(method.repositoryIndex, (host, { repositoryName, ready }) => {
    refuseRepository(repositoryName);
    return fromDocument(method.repositoryIndex.output, { models: repositoryIndex(host, ready) });
  }),
  unary(method.repositoryModelLoad, (host, { repositoryName, modelName, parameters }) => {
    refuseRepository(repositoryName);
    checkLoad(parameters);
    host.load(modelName);
    return {};
  }),
  unary(method.repositoryModelUnload, (host, { repositoryName, modelName }) => {
    refuseRepository(repositoryName);
    host.unload(modelName);
    return {};
  }),
]);

/** `/package.Service/Method` */
function pathOf({ parent, name }: Pick<DescMethodUnary, "parent" | "name">): string {
  return `/${parent.typeName}/${name}`;
}

function unary<I extends DescMessage, O extends DescMessage>(
  desc: DescMethodUnary<I, O>,
  act: (host: ModelHost, request: MessageShape<I>) => MessageInitShape<O>,
): readonly [path: string, method: UnaryMethod] {
  return [
    pathOf(desc),
    (host, message) =>
      toBinary(desc.output, create(desc.output, act(host, fromBinary(desc.input, message)))),
  ];
}

/** The same document as over HTTP; fields that the definition leaves out are left out. */
function fromDocument<O extends DescMessage>(schema: O, document: object): MessageShape<O> {
  return fromJsonString(schema, JSON.stringify(document), { ignoreUnknownFields: true });
}

function refuseRepository(name: string): void {
  if (name !== "") throw new Refusal(501, "'repository_name' specification is not supported");
}

/** Another configuration and other files are taken, and change nothing. */
function checkLoad(parameters: Readonly<Record<string, ModelRepositoryParameter>>): void {
  for (const [name, { parameterChoice }] of Object.entries(parameters)) {
    const isFile = name.startsWith("file:");
    if (name !== "config" && !isFile) {
      throw new Refusal(400, `unrecognized load parameter '${name}'.`);
    }
    const expected = isFile ? "bytesParam" : "stringParam";
    if (parameterChoice.case === expected) continue;
    throw new Refusal(
      400,
      `invalid value type for load parameter '${name}', expected ${isFile ? "bytes_param" : "string_param"}.`,
    );
  }
}
