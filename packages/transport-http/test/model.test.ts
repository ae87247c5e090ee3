import { createModel, float32 } from "@nereid/core";
import { createTensor, decodeRequest, encodeResponse } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { httpAnswer, startWireServer, type Received } from "./wire-server.fixture.ts";

const tensor = (name: string) => ({ name, datatype: "FP32", shape: [-1, 1] });
const documents: Readonly<Record<string, unknown>> = {
  "/v2": { name: "triton", extensions: ["binary_tensor_data", "model_configuration"] },
  "/v2/models/house-prices": {
    name: "house-prices",
    inputs: [tensor("rooms"), tensor("area")],
    outputs: [tensor("price")],
  },
  "/v2/models/house-prices/config": { name: "house-prices", max_batch_size: 4 },
};

/** price = rooms × 1000 + area, row by row. */
function price({ head, body }: Received): Buffer {
  const jsonBytes = Number(/inference-header-content-length: (\d+)/.exec(head)?.[1]);
  const model = { name: "house-prices" };
  const { request, binary } = decodeRequest(model, body, jsonBytes);
  const [rooms, area] = request.inputs.map(({ data }) => Float32Array.from(data as Float32Array));
  const prices = Float32Array.from(rooms ?? [], (count, row) => count * 1000 + (area?.[row] ?? 0));
  const outputs = [createTensor("price", "FP32", [prices.length, 1], prices)];
  const { header, chunks } = encodeResponse(
    { modelName: model.name, id: request.id ?? "", outputs },
    { binary },
  );
  const headers = [`Inference-Header-Content-Length: ${header.length}`];
  return httpAnswer(200, headers, Buffer.concat([Buffer.from(header), ...chunks]));
}

describe("a model over HTTP", () => {
  it("predicts 1,000 records in order over a few sockets", async () => {
    await using server = await startWireServer((socket, received) => {
      const path = received.head.split(" ")[1] ?? "";
      const document = documents[path];
      if (document === undefined) socket.write(price(received));
      else socket.write(httpAnswer(200, [], JSON.stringify(document)));
    });
    const transport = createHttpTransport({ endpoint: server.url });
    await using model = await createModel({
      transport,
      model: "house-prices",
      inputs: { rooms: float32(), area: float32() },
      outputs: { price: float32() },
      batchSize: 4,
    });
    const records = Array.from({ length: 1000 }, (_, area) => ({ rooms: 3, area }));
    const prices: number[] = [];
    for await (const row of model.predictAll(records)) prices.push(row.price);
    expect(prices).toEqual(records.map(({ area }) => 3000 + area));
    expect(server.sockets.length).toBeLessThanOrEqual(5);
  });
});
