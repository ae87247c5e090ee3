import { testTransport } from "@nereid/testing/conformance";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { requireServer } from "../servers/state.ts";
import { skipped } from "./profiles.ts";

testTransport({
  name: "http to KServe",
  open: async () =>
    createHttpTransport({ endpoint: requireServer("kserve").http, binaryData: true }),
  skip: skipped("kserve"),
});

testTransport({
  name: "grpc to KServe",
  open: async () => createGrpcTransport({ endpoint: requireServer("kserve").grpc }),
  skip: skipped("kserve-grpc"),
});
