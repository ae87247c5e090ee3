import { testTransport } from "@nereid/testing/conformance";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { requireServer } from "../servers/state.ts";
import { skipped } from "./profiles.ts";

testTransport({
  name: "http to Triton",
  open: async () => createHttpTransport({ endpoint: requireServer("triton").http }),
  streams: true,
  skip: skipped("triton"),
});

for (const mode of ["unary", "stream"] as const) {
  testTransport({
    name: `grpc (${mode}) to Triton`,
    open: async () => createGrpcTransport({ endpoint: requireServer("triton").grpc, mode }),
    streams: true,
    skip: skipped(mode === "stream" ? "triton-stream" : "triton"),
  });
}
