import type { Provider } from "@nereid/core/transport-kit";
import { parseGrpcEndpoint } from "./endpoint.ts";
import { openGrpcTransport } from "./grpc-transport.ts";
import { mapNames, readMapOptions } from "./options.ts";

/** `provider: triton-grpc`: V2 over gRPC. Its own options begin with `grpc-`. */
export const tritonGrpcProvider: Provider = {
  name: "triton-grpc",
  ownOptions: Object.values(mapNames),
  parseEndpoint: parseGrpcEndpoint,
  open: ({ connection, own }) => openGrpcTransport({ connection, own: readMapOptions(own) }),
};
