import { createTensor, encodeRequest, type Call } from "@nereid/core/transport-kit";
import { createHttpTransport } from "@nereid/transport-http";
import { Pool } from "undici";
import type { Variant } from "../measure/slice.ts";
import { bareSocketWork } from "./bare-socket.ts";
import { modelOf, type Workload } from "../workloads.ts";

/** One for each request under way, up to a number that servers bear. */
const connectionsOf = ({ inFlight }: Workload): number => Math.min(inFlight, 64);

const inputsOf = ({ floats }: Workload) => [
  createTensor("IN", "FP32", [1, floats], new Float32Array(floats)),
];

/** undici's dispatch with the same bytes, and an answer that is only collected: the floor of the cost. */
export function bareDispatch(url: string, workload: Workload): Variant {
  const pool = new Pool(url, { connections: connectionsOf(workload) });
  const request = {
    model: { name: modelOf(workload) },
    inputs: inputsOf(workload),
    outputs: [{ name: "OUT" }],
  };
  const message = encodeRequest(request, { id: "bench-id", binary: true });
  const header = Buffer.from(message.header, "latin1");
  const isLarge = message.bodyBytes >= 64 * 1024;
  const body = isLarge ? [header, ...message.chunks] : Buffer.concat([header, ...message.chunks]);
  const headers = [
    "content-type",
    "application/octet-stream",
    "content-length",
    String(message.bodyBytes),
    "inference-header-content-length",
    String(message.headerBytes),
  ];
  return {
    name: `bare dispatch, ${workload.name}`,
    run: () =>
      new Promise<Uint8Array>((resolve, reject) => {
        let answer = new Uint8Array(0);
        let at = 0;
        pool.dispatch(
          // undici takes any iterable of bytes, which its types leave out.
          {
            method: "POST",
            path: `/v2/models/${modelOf(workload)}/infer`,
            headers,
            body: body as Buffer,
          },
          {
            onRequestStart() {},
            onResponseStart(_controller, _status, answered) {
              answer = new Uint8Array(Number(answered["content-length"]));
            },
            onResponseData(_controller, chunk) {
              answer.set(chunk, at);
              at += chunk.byteLength;
            },
            onResponseEnd: () => resolve(answer),
            onResponseError: (_controller, error) => reject(error),
          },
        );
      }),
    close: () => pool.close(),
  };
}

/** Node's socket with ready bytes, and an answer that is only counted: what no client goes below. */
export function bareSocket(url: string, workload: Workload): Variant {
  const exchange = { inBytes: workload.floats * 4, outBytes: workload.answerFloats * 4 };
  const { port } = new URL(url);
  const work = bareSocketWork(Number(port), exchange, connectionsOf(workload));
  return { ...work, name: `bare socket, ${workload.name}` };
}

/** The transport's whole `infer`: encode, send, decode, check. */
export function inferOverHttp(url: string, workload: Workload): Variant {
  const transport = createHttpTransport({
    endpoint: url,
    binaryData: true,
    connectionPoolMaxTotal: connectionsOf(workload),
    connectionPoolMaxIdle: connectionsOf(workload),
  });
  const inputs = inputsOf(workload);
  const outputs = [{ name: "OUT" }];
  const model = { name: modelOf(workload) };
  const call: Call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
  return {
    name: `infer over HTTP, ${workload.name}`,
    run: () => transport.infer({ model, inputs, outputs }, call),
    close: () => transport.close(),
  };
}
