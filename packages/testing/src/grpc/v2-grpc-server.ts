import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { systemClock } from "@nereid/core/transport-kit";
import type { SeenRequest } from "../server/faults.ts";
import { createModelHost, type HostContext, type ModelHost } from "../server/model-host.ts";
import type { ServerModel } from "../server/server-model.ts";
import { createGrpcCall, type GrpcCall } from "./grpc-call.ts";
import type { ChooseGrpcFault, GrpcFault } from "./grpc-faults.ts";
import { inferPath, streamPath } from "./grpc-methods.ts";
import { serveUnary } from "./serve-unary.ts";
import { serveInferStream } from "./infer-stream.ts";
import { listen, type ListenAddress, type ServerTls } from "./listen.ts";

/** A V2 gRPC server of this process, on a port of its own. */
export interface V2GrpcServer extends AsyncDisposable {
  /** `host:port` */
  readonly address: string;
  /** `grpc://host:port`, or `grpcs:` with TLS. */
  readonly url: string;
  readonly host: ModelHost;
  /** Every request so far; each message of a stream is one. Paths are `/package.Service/Method`. */
  readonly requests: readonly SeenRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Streams of inference that are open. */
  readonly streams: number;
  /** Chooses the faults from now on; undefined ends them. */
  setFaults(choose: ChooseGrpcFault | undefined): void;
  /** A fault for the next inference that has no such fault waiting for it. */
  failNext(fault: GrpcFault): void;
  /** Closes the server and every connection to it. */
  close(): Promise<void>;
}

/** What {@link startV2GrpcServer} takes. */
export interface V2GrpcServerOptions extends HostContext, ListenAddress {
  /** What it serves: models for a host of its own, or a host shared with another server. */
  readonly models: readonly ServerModel[] | ModelHost;
  readonly faults?: ChooseGrpcFault;
  /** Default: no TLS. */
  readonly tls?: ServerTls;
}

/**
 * Starts a server that answers over gRPC as Triton 2.51 does: codes, words and all. It has
 * no trace, logging and shared-memory methods.
 */
export async function startV2GrpcServer(options: V2GrpcServerOptions): Promise<V2GrpcServer> {
  const { models, clock = systemClock, tls, remember = true } = options;
  const host = "infer" in models ? models : createModelHost(models, options);
  const requests: SeenRequest[] = [];
  const planned: GrpcFault[] = [];
  let faults = options.faults;
  let streams = 0;
  let seenBefore = 0;

  const see = ({ path, headers }: GrpcCall, body: Uint8Array): GrpcFault | undefined => {
    const seen: SeenRequest = { method: "POST", path, headers, body };
    const isInference = path === inferPath || path === streamPath;
    const fault = (isInference ? planned.shift() : undefined) ?? faults?.(seen, seenBefore);
    if (remember) requests.push(seen);
    seenBefore += 1;
    return fault;
  };
  const serve = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    const call = createGrpcCall(stream, headers, clock);
    if (call.path !== streamPath) return serveUnary(call, host, (body) => see(call, body));
    streams += 1;
    stream.once("close", () => (streams -= 1));
    return serveInferStream(call, { host, see: (message) => see(call, message) });
  };

  const listener = await listen(serve, tls, options);
  return {
    address: listener.address,
    url: `${tls === undefined ? "grpc" : "grpcs"}://${listener.address}`,
    host,
    requests,
    get connections() {
      return listener.connections;
    },
    get streams() {
      return streams;
    },
    setFaults: (choose) => void (faults = choose),
    failNext: (fault) => void planned.push(fault),
    close: listener.close,
    [Symbol.asyncDispose]: listener.close,
  };
}
