import type { DocumentedOption } from "@nereid/core/transport-kit";

/** Options that gRPC alone has, as the provider `triton-grpc` names them. */
export const grpcOptions: readonly DocumentedOption[] = [
  {
    name: "grpc-mode",
    scope: "connection",
    type: "unary or stream",
    default: "unary",
    description: "How requests travel: a call for each, or many over a few long-lived streams.",
  },
  {
    name: "grpc-streams",
    scope: "connection",
    type: "whole number to 64",
    default: "2",
    description: "Streams that are shared in stream mode.",
  },
  {
    name: "grpc-channels",
    scope: "connection",
    type: "whole number to 64",
    default: "1",
    description: "Connections to each endpoint.",
  },
  {
    name: "grpc-keep-alive-ms",
    scope: "connection",
    type: "milliseconds from 10,000 on",
    default: "none",
    description: "Time between pings on a connection with calls under way.",
  },
];
