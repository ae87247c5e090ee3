import type { ModelRef } from "../protocol/request.ts";
import type { ServerMetadata } from "../protocol/metadata.ts";
import type { ModelConfig, ModelStatistics, RepositoryModel } from "../protocol/management.ts";
import type { Call, Transport } from "./transport.ts";

/** How to load a model. */
export interface LoadOptions {
  /** The model configuration as JSON text, instead of the repository's own. */
  readonly config?: string;
  /** Files by `<version>/<name>`; needs `config`. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** The calls of a V2 server beside inference; a transport to a real server has them too. */
export interface ServerApi {
  /** Is the server up? */
  serverLive(call?: Partial<Call>): Promise<boolean>;
  /** Can the server take requests? */
  serverReady(call?: Partial<Call>): Promise<boolean>;
  serverMetadata(call?: Partial<Call>): Promise<ServerMetadata>;
  /** The model's configuration; Triton only. */
  modelConfig(model: ModelRef, call?: Partial<Call>): Promise<ModelConfig>;
  /** Counters of one model, or of all; Triton only. */
  modelStatistics(model?: ModelRef, call?: Partial<Call>): Promise<readonly ModelStatistics[]>;
  repositoryIndex(
    options?: { readonly readyOnly?: boolean },
    call?: Partial<Call>,
  ): Promise<readonly RepositoryModel[]>;
  /** Resolves when the model is loaded. */
  loadModel(name: string, options?: LoadOptions, call?: Partial<Call>): Promise<void>;
  /** Resolves when the server accepted; unloading goes on behind it. */
  unloadModel(
    name: string,
    options?: { readonly unloadDependents?: boolean },
    call?: Partial<Call>,
  ): Promise<void>;
}

/** Does the transport have the calls of a server? */
export function isServer(transport: Transport): transport is Transport & ServerApi {
  return "serverReady" in transport;
}
