import { trimSlashes } from "./trim-slashes.ts";

/** A normalised endpoint, or what is wrong with it; the text of the endpoint is not repeated. */
export type ParsedEndpoint = { readonly endpoint: string } | { readonly problem: string };

/** Reads the forms of an endpoint that a transport understands. */
export type ParseEndpoint = (value: unknown) => ParsedEndpoint;

const expected = "expected a URL such as http://localhost:8000";

/** What the V2 protocol puts behind the endpoint; users paste it in with the rest. */
const protocolSuffixes = ["/v2/models", "/v2"] as const;

/**
 * Normalises HTTP endpoints: no trailing slash, no `/v2`, no `/v2/models`; a gateway's path prefix stays.
 * Several come as a list or with commas between. A query, a fragment and credentials are refused without
 * being printed.
 *
 * @returns the URLs with commas between
 */
export function parseEndpoint(value: unknown): ParsedEndpoint {
  const urls: readonly unknown[] = typeof value === "string" ? value.split(",") : [value].flat();
  if (urls.length === 0) return { problem: `${expected}, found none` };
  const endpoints: string[] = [];
  for (const url of urls) {
    const parsed = parseOne(url);
    if ("problem" in parsed) return parsed;
    endpoints.push(parsed.endpoint);
  }
  if (new Set(endpoints).size < endpoints.length) {
    return { problem: "expected each URL once, found one twice" };
  }
  return { endpoint: endpoints.join(",") };
}

function parseOne(value: unknown): ParsedEndpoint {
  if (typeof value !== "string" || !URL.canParse(value)) {
    return { problem: `${expected}, found something else` };
  }
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    // In "user:password@host" the user is what a URL takes for the protocol, so it is not told.
    return { problem: "expected a URL that begins with http:// or https://, found another" };
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "expected a URL without credentials, found some; use auth-token" };
  }
  if (value.includes(",")) return { problem: "expected a URL without commas, found one" };
  if (/[?#]/.test(value)) {
    return { problem: "expected a URL without query and fragment, found one" };
  }
  const whole = trimSlashes(url.pathname);
  const suffix = protocolSuffixes.find((one) => whole.endsWith(one)) ?? "";
  const path = trimSlashes(whole.slice(0, whole.length - suffix.length));
  return { endpoint: `${url.origin}${path}` };
}
