import { testTransport } from "@nereid/testing/conformance";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { requireServer } from "../servers/state.ts";
import { skipped } from "./profiles.ts";

testTransport({
  name: "http to MLServer",
  open: async () => createHttpTransport({ endpoint: requireServer("mlserver").http }),
  skip: skipped("mlserver"),
});

testTransport({
  name: "grpc to MLServer",
  open: async () => createGrpcTransport({ endpoint: requireServer("mlserver").grpc }),
  skip: skipped("mlserver-grpc"),
});
