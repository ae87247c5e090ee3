import { EncodeError, type ModelRef } from "@nereid/core/transport-kit";

/** Triton keeps each part of the request line in 8 KiB, and drops the connection beyond. */
const maxPathChars = 8000;

/** What a path segment may hold unescaped: Triton matches the path without decoding it. */
const segment = /^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/;

/** `/v2/models/NAME[/versions/VERSION]`. @throws EncodeError for a name that HTTP cannot carry */
export function modelPath({ name, version }: ModelRef): string {
  checkSegment("model name", name);
  if (version === undefined) return `/v2/models/${name}`;
  checkSegment("model version", version);
  return `/v2/models/${name}/versions/${version}`;
}

/** `/v2/repository/models/NAME`. @throws EncodeError for a name that HTTP cannot carry */
export function repositoryPath(name: string): string {
  checkSegment("model name", name);
  return `/v2/repository/models/${name}`;
}

function checkSegment(what: string, text: string): void {
  const fits = segment.test(text) && text !== "." && text !== ".." && text.length < maxPathChars;
  if (fits) return;
  throw new EncodeError(
    `${what}: expected characters that a URL path carries unescaped, found others; gRPC carries any name`,
  );
}
