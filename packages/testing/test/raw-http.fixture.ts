import { request } from "node:http";
import { buffer } from "node:stream/consumers";

/** A request without any client's opinion. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** Sends a request over a connection of its own; a body makes it a POST. */
export async function sendRaw(
  url: string,
  { path, body, headers = {}, method = body === undefined ? "GET" : "POST" }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const outgoing = request(
      url + path,
      { method, agent: false, headers: { ...length, ...headers } },
      (response) => {
        buffer(response)
          .then((received) =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers["content-type"],
              headers: response.headers,
              body: received,
            }),
          )
          .catch(reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** An inference; its JSON and bytes behind it. */
export function inference(
  model: string,
  json: object | string,
  tail: Uint8Array = new Uint8Array(),
): RawRequest {
  const text = Buffer.from(typeof json === "string" ? json : JSON.stringify(json));
  const path = `/v2/models/${model}/infer`;
  if (tail.byteLength === 0) return { path, body: text };
  return {
    path,
    headers: { "inference-header-content-length": String(text.byteLength) },
    body: Buffer.concat([text, tail]),
  };
}
