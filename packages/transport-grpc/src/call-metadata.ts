import {
  createOptionHeaders,
  EncodeError,
  joinHeaders,
  OptionsError,
  type Call,
  type Clock,
  type ConnectionOptions,
  type FlatHeaders,
  type Redact,
} from "@nereid/core/transport-kit";
import { Metadata } from "@grpc/grpc-js";

/** The parts of a call that its metadata is made of. */
export type MetadataFacts = Pick<Call, "headers" | "deadline">;

/** Makes the metadata of calls. */
export interface CallMetadata {
  /**
   * Credentials and custom headers of the options, those of the call, and how long it is wanted; a
   * promise only while a secret has to be asked for.
   *
   * @throws EncodeError for a header that metadata cannot carry, TransportError when asking fails
   */
  get(call: MetadataFacts): Metadata | Promise<Metadata>;
  /** Takes the credentials that were last sent out of a text. */
  readonly redact: Redact;
  /** Forgets secrets that functions gave, because the server refused them. */
  forget(): void;
}

/** Names that gRPC or HTTP/2 owns. @see gRPC over HTTP/2, "Reserved-Name" */
const owned = /^(?:grpc-|:|(?:content-type|te|user-agent|connection|host)$)|[^\da-z_.-]/;
const isOwned = (name: string): boolean => owned.test(name) || name.endsWith("-bin");

const maxTimeoutMs = 99_999_999;

/** gRPC has fewer characters than HTTP. @see gRPC over HTTP/2, "ASCII-Value" */
const asciiValue = /^[\x20-\x7e]*$/;

function setValue(metadata: Metadata, name: string, value: string): void {
  // Node drops a line with a space around its value without a word.
  if (asciiValue.test(value) && value.trim() === value) {
    metadata.set(name, value);
    return;
  }
  throw new EncodeError(
    `header "${name}": expected printable ASCII characters without a space around them, found others`,
  );
}

/**
 * Makes the metadata for a connection's calls.
 *
 * @throws OptionsError for a custom header that gRPC owns or cannot carry
 */
export function createCallMetadata(
  options: Pick<ConnectionOptions, "authToken" | "headers">,
  clock: Clock,
): CallMetadata {
  const issues = Object.keys(options.headers)
    .filter(isOwned)
    .map((name) => ({
      option: "custom-headers",
      problem: `expected names that gRPC metadata can carry and does not own, found "${name}"`,
    }));
  if (issues.length > 0) throw new OptionsError(issues);
  const optionHeaders = createOptionHeaders(options);
  const toMetadata = (base: FlatHeaders, { headers, deadline }: MetadataFacts): Metadata => {
    const metadata = new Metadata();
    const lines = joinHeaders(base, headers, isOwned);
    for (let at = 0; at + 1 < lines.length; at += 2) {
      setValue(metadata, lines[at] ?? "", lines[at + 1] ?? "");
    }
    if (deadline !== undefined) {
      // Written here, for grpc-js would also run a timer of its own beside the caller's.
      const leftMs = Math.min(Math.max(Math.ceil(deadline - clock.now()), 1), maxTimeoutMs);
      metadata.set("grpc-timeout", `${leftMs}m`);
    }
    return metadata;
  };
  return {
    get(call) {
      const base = optionHeaders.get();
      return base instanceof Promise
        ? base.then((lines) => toMetadata(lines, call))
        : toMetadata(base, call);
    },
    redact: optionHeaders.redact,
    forget: () => optionHeaders.forget(),
  };
}
