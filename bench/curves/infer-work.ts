import { createTensor, type Call, type Transport } from "@nereid/core/transport-kit";
import { createHttpTransport } from "@nereid/transport-http";
import type { Work } from "../measure/compare-work.ts";
import type { Exchange } from "../http/bare-socket.ts";

/** Opens the HTTP transport of a curve. */
export function openHttp(port: number, connections: number): Transport {
  return createHttpTransport({
    endpoint: `http://127.0.0.1:${port}`,
    binaryData: true,
    connectionPoolMaxTotal: connections,
    connectionPoolMaxIdle: connections,
  });
}

/** The transport's whole `infer`: encode, send, decode, check. The transport is closed with it. */
export function inferWork(transport: Transport, { inBytes, outBytes }: Exchange): Work {
  const data = new Float32Array(inBytes / 4);
  const inputs = [createTensor("IN", "FP32", [1, data.length], data)];
  const model = { name: `out${outBytes / 4}` };
  const request = { model, inputs, outputs: [{ name: "OUT" }] };
  const call: Call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
  return {
    rows: 1,
    async run() {
      const { outputs } = await transport.infer(request, call);
      const found = outputs[0]?.data.length;
      if (found === outBytes / 4) return;
      throw new Error(`answer: expected ${outBytes / 4} values, found ${found}`);
    },
    close: () => transport.close(),
  };
}
