import { gunzip, inflate } from "node:zlib";
import { promisify } from "node:util";
import { DecodeError } from "@nereid/core/transport-kit";

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

/**
 * Undoes one layer of compression, never to more than `maxBytes`.
 *
 * @throws DecodeError for another encoding, a broken body, or one that grows beyond the bound
 */
export async function decompress(
  body: Uint8Array,
  encoding: string,
  maxBytes: number,
  where: string,
): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase();
  if (name === "" || name === "identity") return body;
  if (name !== "gzip" && name !== "deflate") {
    throw new DecodeError(`${where}: expected an answer in gzip, deflate or as it is, found other`);
  }
  const undo = name === "gzip" ? gunzipAsync : inflateAsync;
  try {
    return await undo(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new DecodeError(
      `${where}: expected a ${name} body of at most ${maxBytes} bytes when unpacked, found one that is broken or larger`,
      { cause: error },
    );
  }
}
