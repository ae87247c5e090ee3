import { createStandardModels, startV2GrpcServer } from "@nereid/testing";
import { testTransport, type SkippedCase } from "@nereid/testing/conformance";
import { createGrpcTransport } from "../src/index.ts";

const both: readonly SkippedCase[] = [
  {
    case: "an answer that is not HTTP is a transport error, delivery unknown",
    reason: "a good frame around a bad message is a decode error here",
  },
  {
    case: "a server that asks to wait is quoted in milliseconds",
    reason: "gRPC has grpc-retry-pushback-ms for it instead of a header of HTTP",
  },
];
const skips: Readonly<Record<"unary" | "stream", readonly SkippedCase[]>> = {
  unary: both,
  stream: [
    ...both,
    {
      case: "one signal gives up every call that has it",
      reason:
        "answers of one stream come in the order of its requests, and the first never answers",
    },
    {
      case: "the answer to another request is a decode error, delivery answered",
      reason: "an unknown id ends the stream, and the fate of its requests is unknown",
    },
    ...[400, 401, 403, 404, 408, 413, 422, 429, 501, 502, 503, 504].map((status) => ({
      prefix: `status ${status} with "no"`,
      reason: "an error within a stream has a text alone, and this one tells nothing",
    })),
  ],
};

for (const mode of ["unary", "stream"] as const) {
  const server = await startV2GrpcServer({ models: createStandardModels() });
  testTransport({
    name: `grpc (${mode})`,
    open: async () => createGrpcTransport({ endpoint: server.url, mode }),
    close: () => server.close(),
    received: () => server.host.received,
    failNext: (fault) => server.failNext(fault),
    streams: true,
    skip: skips[mode],
  });
}
