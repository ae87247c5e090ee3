/** `00-…-01`: the span is recorded, and so may be what the server does for it. */
const sampled = /-[\da-f][13579bdf]$/;

/**
 * Do the headers of a request keep it off a shared stream? A stream has but one set of metadata, so they
 * do, and so does the context of a trace that is recorded. One that is not recorded stays behind: it
 * would tell the server nothing but to record nothing.
 *
 * @see W3C, "Trace Context", "Sampled flag"
 */
export function needsOwnCall(headers: Readonly<Record<string, string>>): boolean {
  return Object.entries(headers).some(([name, value]) => {
    if (name === "tracestate") return false;
    return name !== "traceparent" || sampled.test(value);
  });
}
