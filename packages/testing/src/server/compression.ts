import { promisify } from "node:util";
import { constants, deflate, gzip, unzip, type ZlibOptions } from "node:zlib";
import { Refusal } from "./refusal.ts";

/** An encoding that bodies of inferences can have. */
export type Encoding = "gzip" | "deflate";

const packers: Readonly<Record<Encoding, (body: Uint8Array) => Promise<Uint8Array>>> = {
  gzip: promisify<Uint8Array, Buffer>(gzip),
  deflate: promisify<Uint8Array, Buffer>(deflate),
};
const unpack = promisify<Uint8Array, ZlibOptions, Buffer>(unzip);

const isEncoding = (name: string): name is Encoding => Object.hasOwn(packers, name);

/**
 * Unpacks the body of an inference. Either name stands for either format; what cannot be unpacked counts
 * as nothing and what was cut as far as it goes, without an error of its own.
 *
 * @throws Refusal for another encoding
 */
export async function unpackBody(body: Uint8Array, encoding = "identity"): Promise<Uint8Array> {
  if (encoding === "identity" || encoding === "") return body;
  if (!isEncoding(encoding)) {
    throw new Refusal(501, "Unsupported compression type", {
      isPlain: true,
      headers: { "accept-encoding": "gzip, deflate" },
    });
  }
  try {
    return await unpack(body, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}

/** Packs the body of an answer. */
export function packBody(body: Uint8Array, encoding: Encoding): Promise<Uint8Array> {
  return packers[encoding](body);
}

/** The encoding that Accept-Encoding wants most; the first of those wanted alike. */
export function chooseEncoding(accepted = ""): Encoding | undefined {
  let best: { readonly name: string; readonly weight: number } = { name: "identity", weight: 0 };
  for (const part of accepted.split(",")) {
    const [name = "", weight = "q=1"] = part.trim().split(";");
    const candidate = { name, weight: Number(weight.slice(2)) };
    if (name !== "identity" && !isEncoding(name)) continue;
    if (candidate.weight > best.weight) best = candidate;
  }
  return isEncoding(best.name) ? best.name : undefined;
}
