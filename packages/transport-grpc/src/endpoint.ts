import { trimSlashes, type ParsedEndpoint } from "@nereid/core/transport-kit";

/** Where a channel goes, as grpc-js takes it. */
export interface Target {
  /** A gRPC target: `dns:///host:8001`, `unix:/path`, … */
  readonly name: string;
  readonly isTls: boolean;
  /** For messages: the address as the caller knows it. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** Of a unix socket; host and port then mean nothing. */
  readonly path?: string;
}

const hostPort = /^(?:\[[\da-fA-F:.]+\]|[A-Za-z\d_.-]+):\d{1,5}$/;
const schemes: readonly string[] = ["grpc://", "grpcs://"];
/** Targets that gRPC itself has names for. @see https://grpc.github.io/grpc/core/md_doc_naming.html */
const nativeTarget =
  /^(?:dns:(?:\/\/[^/\s]*\/)?[^/\s@?#]+|unix:(?:\/\/)?[^\s?#]+|ipv[46]:[^/\s@?#]+)$/;
const expected = "expected an address such as grpc://localhost:8001";

/**
 * Reads the endpoint of a gRPC transport: `grpc://host:8001`, `grpcs://host:443` (TLS), `host:8001`,
 * `dns:///host:8001`, `unix:/path`; several as a list or with commas between. Addresses that are refused
 * are not repeated.
 *
 * @returns the addresses with commas between
 */
export function parseGrpcEndpoint(value: unknown): ParsedEndpoint {
  const items: readonly unknown[] = Array.isArray(value) ? value : splitList(value);
  const addresses: string[] = [];
  for (const item of items) {
    const parsed = parseOne(item);
    if ("problem" in parsed) return parsed;
    addresses.push(parsed.endpoint);
  }
  if (addresses.length === 0) return { problem: `${expected}, found none` };
  if (new Set(addresses).size < addresses.length) {
    return { problem: "expected each address once, found one twice" };
  }
  return { endpoint: addresses.join(",") };
}

/** `ipv4:` and `ipv6:` targets have commas of their own. */
function splitList(value: unknown): readonly unknown[] {
  return typeof value === "string" && !/^ipv[46]:/.test(value) ? value.split(",") : [value];
}

function parseOne(value: unknown): ParsedEndpoint {
  if (typeof value !== "string") return { problem: `${expected}, found something else` };
  const text = trimSlashes(value.trim());
  if (text.includes("@")) {
    return { problem: "expected an address without credentials, found some; use auth-token" };
  }
  if (/^https?:/i.test(text)) {
    return { problem: `${expected}, found an HTTP URL; V2 over HTTP is another transport` };
  }
  const scheme = schemes.find((one) => text.toLowerCase().startsWith(one)) ?? "";
  if (hostPort.test(text.slice(scheme.length))) {
    return { endpoint: `${scheme || "grpc://"}${text.slice(scheme.length).toLowerCase()}` };
  }
  if (scheme === "" && nativeTarget.test(text)) return { endpoint: text };
  return { problem: `${expected}, found another form` };
}

const defaultPort = 443;

/** The targets of a parsed endpoint. TLS material makes a target without a scheme a TLS one. */
export function targetsOf(endpoint: string, hasTlsOptions: boolean): readonly Target[] {
  const addresses = /^ipv[46]:/.test(endpoint) ? [endpoint] : endpoint.split(",");
  return addresses.map((address) => {
    const scheme = schemes.find((one) => address.startsWith(one));
    if (scheme === undefined) {
      return { name: address, isTls: hasTlsOptions, address, ...placeOf(address) };
    }
    const rest = address.slice(scheme.length);
    return { name: `dns:///${rest}`, isTls: scheme === "grpcs://", address, ...hostPortOf(rest) };
  });
}

/** Where a target of gRPC's own form is: the first address where it lists several. */
function placeOf(target: string): Pick<Target, "host" | "port" | "path"> {
  if (target.startsWith("unix:")) {
    return { host: "", port: 0, path: target.replace(/^unix:(?:\/\/(?=\/))?/, "") };
  }
  const [first = ""] = target.replace(/^(?:dns:(?:\/\/[^/]*\/)?|ipv[46]:)/, "").split(",");
  return hostPortOf(first);
}

function hostPortOf(text: string): Pick<Target, "host" | "port"> {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? plain ?? text, port: Number(port ?? defaultPort) };
}
