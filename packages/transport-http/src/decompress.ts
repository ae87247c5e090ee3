import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { cleanServerText, DecodeError } from "@nereid/core/transport-kit";
import type { AnswerHeaders } from "./answer-headers.ts";

type Decompress = (body: Uint8Array, bounds: { maxOutputLength: number }) => Promise<Uint8Array>;

const decompressors: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
};

/** Up to here a body may have been compressed as far as it would go. */
const freeBytes = 16 * 1024 * 1024;
/** Beyond, a body that shrank more is taken for a bomb, which shrinks a thousandfold. */
const maxRatio = 256;

/**
 * Undoes one layer of compression off the event loop, whether it was asked for or not.
 *
 * @param encoding - the `Content-Encoding`
 * @throws DecodeError for an encoding beside gzip and deflate, a broken body, or one beyond the bound
 */
export async function decompress(
  body: Uint8Array,
  encoding: AnswerHeaders[string],
  maxBytes: number,
  where: string,
): Promise<Uint8Array> {
  const name = String(encoding ?? "")
    .trim()
    .toLowerCase();
  if (name === "" || name === "identity") return body;
  const undo = Object.hasOwn(decompressors, name) ? decompressors[name] : undefined;
  if (undo === undefined) {
    throw new DecodeError(
      `${where}: expected an answer in gzip, deflate or as it is, found "${cleanServerText(name.slice(0, 64))}"`,
    );
  }
  const most = Math.min(maxBytes, Math.max(freeBytes, maxRatio * body.byteLength));
  try {
    return await undo(body, { maxOutputLength: most });
  } catch (cause) {
    const isTooLarge =
      cause instanceof Error && Reflect.get(cause, "code") === "ERR_BUFFER_TOO_LARGE";
    const words = isTooLarge
      ? `an answer of at most ${most} bytes when unpacked, found more`
      : `a whole ${name} body, found a broken one`;
    throw new DecodeError(`${where}: expected ${words}`, { cause });
  }
}
