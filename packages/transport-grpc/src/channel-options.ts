import type { ConnectionOptions } from "@nereid/core/transport-kit";
import { compressionAlgorithms, type ChannelOptions } from "@grpc/grpc-js";
import type { Target } from "./endpoint.ts";
import type { GrpcOptions } from "./options.ts";

const unlimited = -1;
const windowBytes = 8 * 1024 * 1024;

/** The options of a channel, each with its reason. */
export function channelOptions(
  { maxResponseBytes, compression, tls }: ConnectionOptions,
  { keepAliveMs }: GrpcOptions,
  target: Target,
): ChannelOptions {
  return {
    // Replay is the retry layer's: two owners would multiply attempts and hide what was delivered.
    "grpc.enable_retries": 0,
    // Nothing is kept for a repetition, so a write calls back when it has left, not before.
    "grpc.per_rpc_retry_buffer_size": 0,
    // Otherwise 4 MiB, which an image batch exceeds.
    "grpc.max_receive_message_length": maxResponseBytes,
    "grpc.max_send_message_length": unlimited,
    // With the protocol's 64 KiB, large answers wait for a round trip each.
    "grpc-node.flow_control_window": windowBytes,
    // Connections belong to their transport: another's credentials never travel on them.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.primary_user_agent": "nereid",
    // The environment of a process is no option: a proxy there would see tensors and credentials.
    "grpc.enable_http_proxy": 0,
    // A server that came back is found soon; the defaults begin with 1 s and go up to 2 minutes. The wait
    // is up to a fifth longer, and rows of a stream look up to a second behind it: three seconds in all.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_500,
    // No TXT lookups: what a service config could say is said here.
    "grpc.service_config_disable_resolution": 1,
    ...(target.name.startsWith("dns:") ? { "grpc.service_config": allAddresses } : {}),
    ...(compression === undefined
      ? {}
      : { "grpc.default_compression_algorithm": compressionAlgorithms[compression] }),
    ...(keepAliveMs === undefined ? {} : { "grpc.keepalive_time_ms": keepAliveMs }),
    ...(tls.servername === undefined
      ? {}
      : {
          "grpc.ssl_target_name_override": tls.servername,
          "grpc.default_authority": tls.servername,
        }),
  };
}

/** Uses every address that a name stands for, as a headless service of Kubernetes gives them. */
const allAddresses: string = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });
