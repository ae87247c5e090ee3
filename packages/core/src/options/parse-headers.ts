import type { Secret } from "./connection-options.ts";

/** Headers that HTTP, the protocol or another option owns. */
const ownedHeaders: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "http2-settings",
  "inference-header-content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const mapEntry = /^([^:]+):(.*)$/s;

/** Headers, or everything that is wrong with them; names are told, values never. */
export type ParsedHeaders =
  | { readonly headers: Readonly<Record<string, Secret>> }
  | { readonly problems: readonly string[] };

/** Reads an object, the text of a JSON object, or `name:value,name:value`. */
export function parseHeaders(value: unknown): ParsedHeaders {
  const entries = readMap(value);
  if (entries === undefined) {
    return { problems: ["expected a map of header names to values, found something else"] };
  }
  const problems: string[] = [];
  const headers: Record<string, Secret> = Object.create(null);
  for (const [given, secret] of entries) {
    const name = given.toLowerCase();
    const problem = headerProblem(given, secret);
    if (problem !== undefined) problems.push(problem);
    else if (name in headers) problems.push(`expected header "${name}" once, found it twice`);
    else if (typeof secret === "string" || isSecretFunction(secret)) headers[name] = secret;
  }
  return problems.length > 0 ? { problems } : { headers };
}

function headerProblem(name: string, value: unknown): string | undefined {
  if (!token.test(name))
    return "expected header names of letters, digits and dashes, found another";
  if (ownedHeaders.has(name.toLowerCase()) || /^(?:proxy-|grpc-)/i.test(name)) {
    return `expected headers of your own, found "${name}", which the protocol owns`;
  }
  if (isSecretFunction(value)) return undefined;
  // The text of a reference never becomes a header line.
  if (typeof value === "string" && (value.includes("${") || isHeaderValue(value))) return undefined;
  return `expected header "${name}" to be text of at most 8,000 printable characters, found other`;
}

/** True for text that can stand in a header line; Triton drops connections with longer ones. */
export function isHeaderValue(value: string): boolean {
  return value.length <= 8000 && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

/** True for a secret that is asked for when it is needed. */
export function isSecretFunction(value: unknown): value is () => string | Promise<string> {
  return typeof value === "function";
}

function readMap(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value);
  }
  if (typeof value !== "string") return undefined;
  return value.trim().startsWith("{") ? readJsonMap(value) : readPairs(value);
}

function readJsonMap(text: string): readonly (readonly [string, unknown])[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : undefined;
  } catch {
    return undefined;
  }
}

function readPairs(text: string): readonly (readonly [string, unknown])[] | undefined {
  const pairs = text
    .split(",")
    .filter((pair) => pair.trim() !== "")
    .map((pair) => mapEntry.exec(pair));
  if (pairs.includes(null)) return undefined;
  return pairs.map((pair) => [(pair?.[1] ?? "").trim(), (pair?.[2] ?? "").trim()] as const);
}
