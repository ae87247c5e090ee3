import { OptionsError, type OptionIssue } from "../errors/errors.ts";
import type { ConnectionOptions, Secret } from "./connection-options.ts";
import type { ConnectionOptionsInput } from "./connection-options-input.ts";
import { connectionRows } from "./connection-rows.ts";
import { parseEndpoint, type ParseEndpoint } from "./parse-endpoint.ts";
import {
  camelCase,
  readRows,
  refuseUnknown,
  requireObject,
  type AddIssue,
  type OptionValues,
  type Spelling,
} from "./read-rows.ts";
import { readTls } from "./read-tls.ts";
import { parseSecret, type ResolveSecret } from "./secrets.ts";

/** What references in options are resolved with. */
export interface OptionResolvers {
  /** Gives the secret of `${scheme:name}`. Default: such references are refused. */
  readonly resolveSecret?: ResolveSecret;
  /** Reads a PEM file. Default: PEM must be given as text. */
  readonly readText?: (path: string) => string;
}

/** What a provider wants of the endpoint. */
interface EndpointRules {
  readonly needsEndpoint: boolean;
  readonly parseEndpoint?: ParseEndpoint;
}

type Values = Partial<OptionValues<typeof connectionRows>>;

/**
 * Reads the options of a connection in their camelCase spelling.
 *
 * @param alsoKnown - names beside the options that the same object may carry
 * @param parse - reads the endpoint. Default: `http://` and `https://` URLs
 * @throws OptionsError listing every problem; values of secrets are never in it
 */
export function parseConnectionOptions(
  input: ConnectionOptionsInput,
  alsoKnown: readonly string[] = [],
  resolvers: OptionResolvers = {},
  parse: ParseEndpoint = parseEndpoint,
): ConnectionOptions {
  requireObject(input);
  const issues: OptionIssue[] = [];
  refuseUnknown(input, Object.keys(connectionRows), alsoKnown, camelCase, issues);
  const options = readConnectionOptions(input, camelCase, issues, {
    ...resolvers,
    needsEndpoint: true,
    parseEndpoint: parse,
  });
  if (issues.length > 0) throw new OptionsError(issues);
  return options;
}

/** Reads and cross-checks; problems go to `issues`, and only without any is the result complete. */
export function readConnectionOptions(
  given: object,
  spelling: Spelling,
  issues: OptionIssue[],
  context: OptionResolvers & EndpointRules,
): ConnectionOptions {
  const values = readRows(connectionRows, given, spelling, issues);
  const issue = (name: string, problem: string): void => {
    issues.push({ option: spelling.written(name), problem });
  };
  checkPool(values, issue);
  return {
    endpoint: readEndpoint(values.endpoint, context, issue),
    connectTimeoutMs: values["connection-timeout"] ?? 0,
    binaryData: values["binary-data"] ?? "auto",
    compression: values.compression,
    compressionMinBytes: values["compression-min-bytes"] ?? 1,
    responseCompression: values["response-compression"] ?? false,
    ...readCredentials(values, context, spelling, issue),
    tls: readTls(values, given, context.readText, spelling, issue),
    pool: {
      maxIdle: values["connection-pool-max-idle"] ?? 1,
      keepAliveMs: values["connection-pool-keep-alive"] ?? 1,
      maxTotal: values["connection-pool-max-total"] ?? 1,
      reuse: values["connection-reuse-enabled"] ?? true,
      monitoring: values["connection-pool-monitoring-enabled"] ?? false,
    },
    maxResponseBytes: values["max-response-bytes"] ?? 1,
  };
}

function readEndpoint(
  value: unknown,
  { needsEndpoint, parseEndpoint: parse = parseEndpoint }: EndpointRules,
  issue: AddIssue,
): string {
  if (value === undefined) {
    if (needsEndpoint) issue("endpoint", "expected a URL, found none");
    return "";
  }
  const parsed = parse(value);
  if ("endpoint" in parsed) return parsed.endpoint;
  issue("endpoint", parsed.problem);
  return "";
}

function checkPool(values: Values, issue: AddIssue): void {
  const idle = values["connection-pool-max-idle"] ?? 0;
  const total = values["connection-pool-max-total"] ?? Number.POSITIVE_INFINITY;
  if (total < idle) {
    issue(
      "connection-pool-max-total",
      `expected at least the idle sockets (${idle}), found ${total}`,
    );
  }
}

function readCredentials(
  values: Values,
  { resolveSecret }: OptionResolvers,
  { written }: Spelling,
  issue: AddIssue,
): Pick<ConnectionOptions, "authToken" | "headers"> {
  const read = (name: "auth-token" | "custom-headers", value: Secret): Secret => {
    const parsed = parseSecret(value, resolveSecret);
    if ("secret" in parsed) return parsed.secret;
    issue(name, parsed.problem);
    return "";
  };
  const token = values["auth-token"];
  const headers: Record<string, Secret> = Object.create(null);
  for (const [header, value] of Object.entries(values["custom-headers"] ?? {})) {
    headers[header] = value === "" ? "" : read("custom-headers", value);
  }
  if (token !== undefined && Object.hasOwn(headers, "authorization")) {
    issue(
      "auth-token",
      `expected no "authorization" header beside it, found one in ${written("custom-headers")}`,
    );
  }
  return { authToken: token === undefined ? undefined : read("auth-token", token), headers };
}
