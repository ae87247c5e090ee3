/** Ten years: a server that asks for more has made a mistake. */
const maxSeconds = 10 * 365 * 24 * 3600;

/**
 * Reads a Retry-After header: seconds, or an HTTP date.
 *
 * @param wallMs - the time of day, for dates
 * @returns milliseconds from 0 on; undefined when it is absent, in the past, or makes no sense
 * @see RFC 9110, section 10.2.3
 */
export function parseRetryAfter(value: unknown, wallMs: number): number | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (/^\d{1,12}$/.test(text)) {
    const seconds = Number(text);
    return seconds <= maxSeconds ? seconds * 1000 : undefined;
  }
  // Only the form with a day's name is a date; the parser would take far more.
  if (text.length > 40 || !/^[A-Z][a-z]{2},? /.test(text)) return undefined;
  const waitMs = Date.parse(text) - wallMs;
  return waitMs >= 0 && waitMs <= maxSeconds * 1000 ? waitMs : undefined;
}
