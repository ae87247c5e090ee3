import { createServer } from "node:http";
import { it, expect } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { createTensor } from "@nereid/core/transport-kit";
it("works", async () => {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (c) => chunks.push(c));
    req.on("end", () => {
      console.log(req.method, req.url, req.rawHeaders.join("|"));
      if (req.url === "/v2") return res.end(JSON.stringify({ name: "triton", version: "1", extensions: ["binary_tensor_data"] }));
      const body = Buffer.concat(chunks);
      const n = Number(req.headers["inference-header-content-length"]);
      const { id } = JSON.parse(body.subarray(0, n).toString());
      const h = JSON.stringify({ id, model_name: "m", model_version: "1", outputs: [{ name: "y", datatype: "FP32", shape: [2], parameters: { binary_data_size: 8 } }] });
      res.setHeader("inference-header-content-length", h.length);
      res.end(Buffer.concat([Buffer.from(h), body.subarray(n)]));
    });
  });
  await new Promise<void>((r) => server.listen(0, "127.0.0.1", r));
  const { port } = server.address() as { port: number };
  const t = createHttpTransport({ endpoint: `http://127.0.0.1:${port}` });
  const call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
  for (let i = 0; i < 3; i++) {
    const r = await t.infer({ model: { name: "m" }, inputs: [createTensor("x", "FP32", [2], Float32Array.of(1, 2.5))] }, call);
    expect(r.outputs[0]?.data).toEqual(Float32Array.of(1, 2.5));
  }
  console.log(t.poolStats);
  await t.close();
  server.close();
});
