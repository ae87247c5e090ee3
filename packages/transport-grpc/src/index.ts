export { createGrpcTransport, type GrpcTransport } from "./grpc-transport.ts";
export type { GrpcOptionsInput, GrpcTransportContext, GrpcTransportOptions } from "./options.ts";
export { nodeResolvers } from "./resolvers.ts";
export { tritonGrpcProvider } from "./triton-grpc-provider.ts";
