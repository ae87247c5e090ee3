import type { ConnectionOptions } from "../options/connection-options.ts";
import type { ParseEndpoint } from "../options/parse-endpoint.ts";
import type { Transport } from "../transport/transport.ts";

/** What a provider is given to open its transport. */
export interface ProviderContext {
  /** The connection options, parsed; times in milliseconds, secrets resolved. */
  readonly connection: ConnectionOptions;
  /** The model's name, for providers that open one model at a time. */
  readonly modelName: string;
  /** Options that the provider named in `ownOptions`, as the caller wrote them. */
  readonly own: Readonly<Record<string, unknown>>;
}

/** Makes transports for a `provider` name of an option map. */
export interface Provider {
  /** The value of `provider` that picks it: `triton`, `onnx`, or a name of your own. */
  readonly name: string;
  /** Option names (kebab-case) beyond the contract that this provider takes. Default: none. */
  readonly ownOptions?: readonly string[];
  /** False for a provider that needs no `endpoint`. Default: true. */
  readonly needsEndpoint?: boolean;
  /** Reads the forms of `endpoint` that the transport understands. Default: HTTP URLs. */
  readonly parseEndpoint?: ParseEndpoint;
  /** Opens the transport; the model closes it. @throws OptionsError */
  open(context: ProviderContext): Transport | Promise<Transport>;
}
