export { createHttpTransport, type HttpTransport } from "./http-transport.ts";
export type { HttpTransportContext, HttpTransportOptions } from "./options.ts";
export type { PoolStats } from "@nereid/core/transport-kit";
export type { Connector } from "./connection.ts";
export { nodeResolvers } from "./resolvers.ts";
export { tritonProvider } from "./triton-provider.ts";
