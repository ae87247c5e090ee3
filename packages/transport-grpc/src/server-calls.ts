import {
  create,
  fromBinary,
  toBinary,
  type DescMethodUnary,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  completeMetadata,
  createServerFacts,
  DecodeError,
  EncodeError,
  ServerError,
  type Call,
  type GetServerFacts,
  type LoadOptions,
  type ModelMetadata,
  type ModelRef,
  type ServerApi,
} from "@nereid/core/transport-kit";
import { GRPCInferenceService } from "./generated/inference_pb.ts";
import { readConfig } from "./read-config.ts";
import { readMetadata, readStatistics } from "./read-answers.ts";

/** Sends one message of a method and gives the answer's bytes. @throws as `unaryCall` does */
export type SendUnary = (method: string, bytes: Buffer, call: Partial<Call>) => Promise<Buffer>;

/** The calls beside inference, over gRPC. */
export interface ServerCalls extends ServerApi {
  ready(model: ModelRef, call: Call): Promise<boolean>;
  metadata(model: ModelRef, call: Call): Promise<ModelMetadata>;
  /** What the transport has to know of the server, asked once. */
  readonly facts: GetServerFacts;
}

const { method } = GRPCInferenceService;

/** Makes the calls of a connection. @see Triton, "Model Repository" and "Statistics" extensions */
export function createServerCalls(send: SendUnary): ServerCalls {
  const ask = async <I extends DescMessage, O extends DescMessage>(
    { name, input, output }: DescMethodUnary<I, O>,
    init: MessageInitShape<I>,
    call: Partial<Call> = {},
  ): Promise<MessageShape<O>> => {
    const answer = await send(name, Buffer.from(toBinary(input, create(input, init))), call);
    try {
      return fromBinary(output, answer);
    } catch (cause) {
      throw new DecodeError(`${name}: expected a protobuf message, found another`, { cause });
    }
  };
  const serverMetadata: ServerApi["serverMetadata"] = async (call) => {
    const { name, version, extensions } = await ask(method.serverMetadata, {}, call);
    return { name, version, extensions };
  };
  const modelConfig: ServerApi["modelConfig"] = async (model, call) => {
    const { config } = await ask(method.modelConfig, named(model), call);
    if (config !== undefined) return readConfig(config);
    throw new DecodeError(`model "${model.name}": expected its configuration, found none`);
  };
  const facts = createServerFacts(serverMetadata);

  return {
    serverLive: async (call) => (await ask(method.serverLive, {}, call)).live,
    serverReady: async (call) => (await ask(method.serverReady, {}, call)).ready,
    async ready(model, call) {
      try {
        return (await ask(method.modelReady, named(model), call)).ready;
      } catch (error) {
        if (isUnknownModel(error)) return false;
        throw error;
      }
    },
    serverMetadata,
    modelConfig,
    facts,
    async metadata(model, call) {
      const metadata = readMetadata(await ask(method.modelMetadata, named(model), call));
      const { configurations } = await facts(call);
      return configurations ? completeMetadata(metadata, modelConfig(model, call)) : metadata;
    },
    async modelStatistics(model, call) {
      const { modelStats } = await ask(
        method.modelStatistics,
        model === undefined ? {} : named(model),
        call,
      );
      return modelStats.map(readStatistics);
    },
    async repositoryIndex({ readyOnly = false } = {}, call) {
      const { models } = await ask(method.repositoryIndex, { ready: readyOnly }, call);
      return models.map(({ name, version, state, reason }) => ({
        name,
        ...(version === "" ? {} : { version }),
        // MLServer prints the name of its own enumeration in front.
        ...(state === "" ? {} : { state: state.replace(/^State\./, "") }),
        ...(reason === "" ? {} : { reason }),
      }));
    },
    async loadModel(modelName, options = {}, call) {
      await ask(method.repositoryModelLoad, { modelName, ...loadParameters(options) }, call);
    },
    async unloadModel(modelName, { unloadDependents = false } = {}, call) {
      const value = { parameterChoice: { case: "boolParam", value: true } } as const;
      const parameters = unloadDependents ? { unload_dependents: value } : {};
      await ask(method.repositoryModelUnload, { modelName, parameters }, call);
    },
  };
}

function named({ name, version = "" }: ModelRef): { name: string; version: string } {
  return { name, version };
}

/** MLServer answers the question about an unknown model with a failure of no kind. */
function isUnknownModel(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  return error.outcome === "not-found" || /ModelNotFound/.test(error.serverText);
}

type RepositoryParameters = NonNullable<
  MessageInitShape<typeof method.repositoryModelLoad.input>["parameters"]
>;

function loadParameters({ config, files }: LoadOptions): { parameters: RepositoryParameters } {
  const parameters: RepositoryParameters = {};
  if (config === undefined && files === undefined) return { parameters };
  if (config === undefined) {
    throw new EncodeError("model to load: expected a config beside the files, found none");
  }
  parameters["config"] = { parameterChoice: { case: "stringParam", value: config } };
  for (const [path, value] of Object.entries(files ?? {})) {
    parameters[`file:${path}`] = { parameterChoice: { case: "bytesParam", value } };
  }
  return { parameters };
}
