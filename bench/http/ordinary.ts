import { Agent, request as nodeRequest } from "node:http";
import { createTensor, encodeRequest } from "@nereid/core/transport-kit";
import axios from "axios";
import { Pool } from "undici";
import type { Variant } from "../measure/slice.ts";
import { modelOf, type Workload } from "../workloads.ts";

// Other ways to send the same request from Node, as their documentation shows them. Those with binary
// tensors get ready-made bytes, and stop where the answer's bytes are.

interface Ready {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function readyFor(workload: Workload): Ready {
  const tensor = new Float32Array(workload.floats);
  const inputs = [createTensor("IN", "FP32", [1, workload.floats], tensor)];
  const model = { name: modelOf(workload) };
  const message = encodeRequest(
    { model, inputs, outputs: [{ name: "OUT" }] },
    { id: "bench-id", binary: true },
  );
  return {
    path: `/v2/models/${model.name}/infer`,
    headers: {
      "content-type": "application/octet-stream",
      "inference-header-content-length": String(message.headerBytes),
    },
    body: Buffer.concat([Buffer.from(message.header, "latin1"), ...message.chunks]),
  };
}

/** An answer that is too short is no answer. */
function checked<T extends { readonly byteLength: number }>(answer: T, workload: Workload): T {
  if (answer.byteLength > workload.answerFloats * 4) return answer;
  throw new Error(
    `expected more than ${workload.answerFloats * 4} bytes, got ${answer.byteLength}`,
  );
}

/** undici's `request`. */
export function undiciRequest(url: string, workload: Workload): Variant {
  const pool = new Pool(url, { connections: workload.inFlight });
  const { path, headers, body } = readyFor(workload);
  return {
    name: "undici request",
    run: async () => {
      const answer = await pool.request({ method: "POST", path, headers, body });
      return checked(await answer.body.arrayBuffer(), workload);
    },
    close: () => pool.close(),
  };
}

/** Node's own client with an agent that keeps connections. */
export function nodeHttp(url: string, workload: Workload): Variant {
  const agent = new Agent({ keepAlive: true, maxSockets: workload.inFlight });
  const { path, headers, body } = readyFor(workload);
  return {
    name: "node:http",
    run: () =>
      new Promise<Buffer>((resolve, reject) => {
        const sent = nodeRequest(url + path, { method: "POST", agent, headers }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => resolve(checked(Buffer.concat(chunks), workload)));
        });
        sent.on("error", reject);
        sent.end(body);
      }),
    close: async () => agent.destroy(),
  };
}

/** axios with bytes both ways. */
export function axiosPost(url: string, workload: Workload): Variant {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: workload.inFlight });
  const { path, headers, body } = readyFor(workload);
  const client = axios.create({ baseURL: url, httpAgent, responseType: "arraybuffer", headers });
  return {
    name: "axios",
    run: async () => checked((await client.post<Buffer>(path, body)).data, workload),
    close: async () => httpAgent.destroy(),
  };
}

/** The global `fetch`, and numbers as JSON. */
export function fetchJson(url: string, workload: Workload): Variant {
  const row = new Float32Array(workload.floats);
  const shape = [1, workload.floats];
  return {
    name: "fetch with JSON",
    run: async () => {
      const inputs = [{ name: "IN", datatype: "FP32", shape, data: Array.from(row) }];
      const answer = await fetch(`${url}/v2/models/${modelOf(workload)}/infer`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ id: "bench-id", inputs, outputs: [{ name: "OUT" }] }),
      });
      const { outputs } = (await answer.json()) as { outputs: [{ data: readonly number[] }] };
      return checked(Float32Array.from(outputs[0].data), { ...workload, answerFloats: 0 });
    },
  };
}
