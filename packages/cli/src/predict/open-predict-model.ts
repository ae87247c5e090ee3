import { createModelFromOptions, type Fields, type Model } from "@nereid/core";
import { tritonGrpcProvider } from "@nereid/transport-grpc";
import { nodeResolvers, tritonProvider } from "@nereid/transport-http";
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

const providers = [tritonProvider, tritonGrpcProvider];

/** Opens a model of a server, as an option map would. @throws as createModelFromOptions does */
export function openPredictModel(given: PredictModelOptions): Promise<Model<object, object>> {
  const { url, options, inputs, outputs, signal } = given;
  const { name, version } = parseModelName(given.model);
  const map = {
    ...options,
    provider: protocolOf(url) === "http" ? tritonProvider.name : tritonGrpcProvider.name,
    endpoint: url,
    "model-name": name,
    ...(version === undefined ? {} : { "model-version": version }),
  };
  return createModelFromOptions(map, {
    ...nodeResolvers,
    providers,
    signal,
    ...(inputs === undefined ? {} : { inputs }),
    ...(outputs === undefined ? {} : { outputs }),
  });
}
