import { ServerError, TransportError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { ServerMetadata } from "../protocol/metadata.ts";
import type { Call } from "../transport/transport.ts";
import { createSharedOnce } from "./shared-once.ts";

/** What a transport needs to know of its server. */
export interface ServerFacts {
  /** Binary tensors are understood. */
  readonly binary: boolean;
  /** Models have configurations that can be asked for. */
  readonly configurations: boolean;
  /** `generate` takes V2 messages, and not the flat ones of Triton. */
  readonly wholeMessages: boolean;
}

/** Tells the facts; a promise only while the server is asked. */
export type GetServerFacts = (
  call: Pick<Call, "signal" | "headers">,
) => ServerFacts | Promise<ServerFacts>;

const unknownServer: ServerFacts = {
  binary: false,
  configurations: false,
  wholeMessages: false,
};

/**
 * Asks the server for its extensions once. A server that refuses to tell is taken for a plain one; one
 * that could not be asked is asked again.
 *
 * @returns a function that throws TransportError with `not-sent` (of the request, not of the question),
 *   and the signal's reason as it is
 */
export function createServerFacts(
  serverMetadata: (call: Partial<Call>) => Promise<ServerMetadata>,
): GetServerFacts {
  let headers: Call["headers"] = {};
  const shared = createSharedOnce(async (signal) => {
    try {
      return { value: factsOf(await serverMetadata({ signal, headers })), keep: true };
    } catch (error) {
      if (error instanceof ServerError && !error.retryable) {
        // With another token the same server may tell.
        return { value: unknownServer, keep: error.outcome !== "unauthorized" };
      }
      if (!InferenceError.is(error) || error.delivery === "not-sent") throw error;
      throw new TransportError(`before the request itself, ${error.message}`, {
        delivery: "not-sent",
        retryable: error.retryable,
        cause: error,
      });
    }
  });
  return (call) => {
    headers = call.headers;
    return shared.get(call.signal);
  };
}

/** Triton's own name tells more than a list that a proxy may have shortened. */
function factsOf({ name, extensions }: ServerMetadata): ServerFacts {
  return {
    binary: extensions.includes("binary_tensor_data") || /triton/i.test(name),
    configurations: extensions.includes("model_configuration"),
    wholeMessages: /mlserver/i.test(name),
  };
}
