/** Headers that the transport writes itself, or that would change how a message is framed. */
const ownedNames: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "inference-header-content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** True for a header, in lower case, that is not the caller's to set. */
export function isOwnedHeader(name: string): boolean {
  return ownedNames.has(name);
}
