import { expect, it } from "vitest";
import { channelOptions } from "./channel-options.ts";
import { targetsOf } from "./endpoint.ts";
import { parseGrpcOptions } from "./options.ts";

/** By which grpc-js lengthens or shortens a wait. */
const jitter = 0.2;
/** How often the rows of a stream look for a server that was not there. */
const longestLookMs = 1000;

it("P16: reconnects so often that rows are back within three seconds, and not in a loop", () => {
  const { connection, own } = parseGrpcOptions({ endpoint: "127.0.0.1:8001" });
  const [target] = targetsOf("127.0.0.1:8001", false);
  if (target === undefined) throw new Error("expected a target, found none");
  const options = channelOptions(connection, own, target);
  const longestMs = options["grpc.max_reconnect_backoff_ms"] ?? Number.POSITIVE_INFINITY;
  expect(longestMs * (1 + jitter) + longestLookMs).toBeLessThanOrEqual(3000);
  expect(options["grpc.initial_reconnect_backoff_ms"]).toBeGreaterThanOrEqual(100);
});
