import {
  createModelFromOptions,
  type Fields,
  type Model,
  type OptionResolvers,
  type Provider,
} from "@nereid/core";
import type { FlagValues } from "../command/option-flags.ts";
import { parseModelName } from "../server/model-name.ts";
import { protocolOf } from "../server/open-transport.ts";

/** What a model is opened with. */
export interface PredictModelOptions {
  readonly url: string;
  /** `name` or `name:version`. */
  readonly model: string;
  /** Options of the contract, in kebab-case. */
  readonly options: FlagValues;
  readonly inputs?: Fields | undefined;
  readonly outputs?: Fields | undefined;
  readonly signal: AbortSignal;
}

/** Opens a model of a server, as an option map would. @throws as createModelFromOptions does */
export async function openPredictModel(given: PredictModelOptions): Promise<Model<object, object>> {
  const { url, options, inputs, outputs, signal } = given;
  const { name, version } = parseModelName(given.model);
  const { provider, resolvers } = await loadProvider(url);
  const map = {
    ...options,
    provider: provider.name,
    endpoint: url,
    "model-name": name,
    ...(version === undefined ? {} : { "model-version": version }),
  };
  return createModelFromOptions(map, {
    ...resolvers,
    providers: [provider],
    signal,
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined ? {} : { outputs }),
  });
}

interface LoadedProvider {
  readonly provider: Provider;
  readonly resolvers: OptionResolvers;
}

/** Only the client library that is needed is loaded. */
async function loadProvider(url: string): Promise<LoadedProvider> {
  if (protocolOf(url) === "http") {
    const { tritonProvider, nodeResolvers } = await import("@nereid/transport-http");
    return { provider: tritonProvider, resolvers: nodeResolvers };
  }
  const { tritonGrpcProvider, nodeResolvers } = await import("@nereid/transport-grpc");
  return { provider: tritonGrpcProvider, resolvers: nodeResolvers };
}
