import {
  OptionsError,
  parseConnectionOptions,
  type Clock,
  type ConnectionOptions,
  type ConnectionOptionsInput,
  type Logger,
  type OptionIssue,
} from "@nereid/core/transport-kit";
import { parseGrpcEndpoint, type Target } from "./endpoint.ts";
import { nodeResolvers } from "./resolvers.ts";

/** Options that only gRPC has. */
export interface GrpcOptionsInput {
  /**
   * `unary`: a call for each request. `stream`: stateless requests share a few long-lived streams, which
   * costs a fraction of it; steps of a sequence stay unary. Default: `unary`.
   */
  readonly mode?: "unary" | "stream";
  /** Streams that are shared in stream mode. Default: 2. */
  readonly streams?: number;
  /** Connections to each endpoint. More help against servers with small windows. Default: 1. */
  readonly channels?: number;
  /**
   * Milliseconds between pings on a connection with calls under way; Triton ends connections that ping
   * more often than every 5 minutes without data. Default: no pings.
   */
  readonly keepAliveMs?: number;
}

/** What {@link createGrpcTransport} takes beside options. */
export interface GrpcTransportContext {
  /** Takes the warning about unchecked certificates. Default: stderr. */
  readonly log?: (line: string) => void;
  /**
   * Takes what happens to connections at debug, and the events of models on this transport. Default: stderr
   * at the level that the environment variable NEREID_LOG names, or nothing.
   */
  readonly logger?: Logger;
  /** Bounds connecting, and tells servers how long an answer is wanted. Default: the machine's. */
  readonly clock?: Clock;
}

/** Options of the gRPC transport: those of the contract that concern a connection, its own, the context. */
export interface GrpcTransportOptions
  extends ConnectionOptionsInput, GrpcOptionsInput, GrpcTransportContext {}

/** The options that only gRPC has, complete. */
export interface GrpcOptions {
  readonly mode: "unary" | "stream";
  readonly streams: number;
  readonly channels: number;
  readonly keepAliveMs: number | undefined;
}

/** The options of a transport, read. */
export interface ParsedGrpcOptions {
  readonly connection: ConnectionOptions;
  readonly own: GrpcOptions;
}

/** The options of a transport to one of its endpoints. */
export interface TargetOptions extends ParsedGrpcOptions {
  readonly target: Target;
}

const ownNames = ["mode", "streams", "channels", "keepAliveMs"] as const;
const contextNames: readonly string[] = ["log", "logger", "clock"];

/** The names of the own options in an option map. */
export const mapNames = {
  mode: "grpc-mode",
  streams: "grpc-streams",
  channels: "grpc-channels",
  keepAliveMs: "grpc-keep-alive-ms",
} as const;

/** TLS material says that a target without a scheme is meant to be a TLS one. */
export function hasTlsOptions({ tls: { ca, cert } }: Pick<ConnectionOptions, "tls">): boolean {
  return ca !== undefined || cert !== undefined;
}

/** Reads the options of a transport. @throws OptionsError listing every problem */
export function parseGrpcOptions(options: GrpcTransportOptions): ParsedGrpcOptions {
  const issues: OptionIssue[] = [];
  const known = [...ownNames, ...contextNames];
  const connection = collect(issues, () =>
    parseConnectionOptions(options, known, nodeResolvers, parseGrpcEndpoint),
  );
  const own = collect(issues, () =>
    readOwnOptions(
      (name) => Reflect.get(options, name),
      (name) => name,
    ),
  );
  if (connection !== undefined && own !== undefined) return { connection, own };
  throw new OptionsError(issues);
}

/** Reads the own options of an option map. @throws OptionsError listing every problem */
export function readMapOptions(own: Readonly<Record<string, unknown>>): GrpcOptions {
  return readOwnOptions(
    (name) => own[mapNames[name]],
    (name) => mapNames[name],
  );
}

type OwnName = (typeof ownNames)[number];

function readOwnOptions(
  given: (name: OwnName) => unknown,
  written: (name: OwnName) => string,
): GrpcOptions {
  const issues: OptionIssue[] = [];
  const whole = (name: OwnName, least: number, most: number): number | undefined => {
    const value = given(name);
    if (value === undefined) return undefined;
    const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (
      typeof count === "number" &&
      Number.isSafeInteger(count) &&
      count >= least &&
      count <= most
    ) {
      return count;
    }
    const problem = `expected a whole number from ${least} to ${most}, found another value`;
    issues.push({ option: written(name), problem });
    return undefined;
  };
  const mode = given("mode") ?? "unary";
  if (mode !== "unary" && mode !== "stream") {
    const problem = "expected unary or stream, found another value";
    issues.push({ option: written("mode"), problem });
  }
  const options: GrpcOptions = {
    mode: mode === "stream" ? "stream" : "unary",
    streams: whole("streams", 1, 64) ?? 2,
    channels: whole("channels", 1, 64) ?? 1,
    keepAliveMs: whole("keepAliveMs", 10_000, 2 ** 31 - 1),
  };
  if (issues.length > 0) throw new OptionsError(issues);
  return options;
}

/** What a reader gives; its problems go to the others. */
function collect<T>(issues: OptionIssue[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
}
