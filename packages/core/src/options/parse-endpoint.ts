/** A normalised endpoint, or what is wrong with it; the text of the endpoint is not repeated. */
export type ParsedEndpoint = { readonly endpoint: string } | { readonly problem: string };

/** Reads the forms of an endpoint that a transport understands. */
export type ParseEndpoint = (value: unknown) => ParsedEndpoint;

/** What the V2 protocol puts behind the endpoint; users paste it in with the rest. */
const protocolSuffix = /(?:\/v2(?:\/models)?)?\/*$/;

/**
 * Normalises an HTTP endpoint: no trailing slash, no `/v2`, no `/v2/models`; a gateway's path prefix stays.
 * A query, a fragment and credentials are refused without being printed.
 */
export function parseEndpoint(value: unknown): ParsedEndpoint {
  const urls: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (urls.length > 1 || (typeof value === "string" && value.includes(","))) {
    return {
      problem: "expected one URL, found several; several endpoints come with a later release",
    };
  }
  return parseOne(urls[0]);
}

function parseOne(value: unknown): ParsedEndpoint {
  if (typeof value !== "string" || !URL.canParse(value)) {
    return { problem: "expected a URL such as http://localhost:8000, found something else" };
  }
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    // In "user:password@host" the user is what a URL takes for the protocol, so it is not told.
    return { problem: "expected a URL that begins with http:// or https://, found another" };
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "expected a URL without credentials, found some; use auth-token" };
  }
  if (/[?#]/.test(value)) {
    return { problem: "expected a URL without query and fragment, found one" };
  }
  const path = url.pathname.replace(/\/+$/, "").replace(protocolSuffix, "").replace(/\/+$/, "");
  return { endpoint: `${url.origin}${path}` };
}
