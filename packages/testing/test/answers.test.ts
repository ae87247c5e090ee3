import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { createStandardModels, startV2Server } from "../src/index.ts";
import { inference, sendRaw, type RawRequest } from "./raw-http.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });

afterAll(() => server.close());

const one = { name: "IN", datatype: "FP32", shape: [1, 1], data: [1] };
const answerOf = (more: string, model = "echo_fp32"): string =>
  `{"model_name":"${model}","model_version":"1","outputs":[{"name":"OUT",${more}}]}`;
const echoed = answerOf('"datatype":"FP32","shape":[1,1],"data":[1.0]');
const textOf = async (ask: RawRequest): Promise<string> =>
  (await sendRaw(server.url, ask)).body.toString("latin1");
const echoOf = (datatype: string, data: string, count: number): RawRequest =>
  inference(
    `echo_${datatype.toLowerCase()}`,
    `{"inputs":[{"name":"IN","datatype":"${datatype}","shape":[1,${count}],"data":${data}}]}`,
  );
const elements = async (datatype: string, data: string, count: number): Promise<string> =>
  /"data":(\[.*\])\}\]\}$/.exec(await textOf(echoOf(datatype, data, count)))?.[1] ?? "none";

describe("answers in JSON", () => {
  it("carry no id where none was sent, nor for an empty one", async () => {
    expect(await textOf(inference("echo_fp32", { inputs: [one] }))).toBe(echoed);
    expect(await textOf(inference("echo_fp32", { id: "", inputs: [one] }))).toBe(echoed);
  });

  it("carry the id that was sent", async () => {
    const text = await textOf(inference("echo_fp32", { id: "a", inputs: [one] }));
    expect(text).toBe(echoed.replace("{", '{"id":"a",'));
  });

  it("have bare words for NaN and the infinities, and a point in each float", async () => {
    const data = "[NaN,Infinity,-Infinity,-0.0,1e40,2]";
    expect(await elements("FP32", data, 6)).toBe("[NaN,Infinity,-Infinity,-0.0,Infinity,2.0]");
    expect(await elements("FP64", "[1e21,1e-7,0.1]", 3)).toBe("[1e21,1e-7,0.1]");
  });

  it("lose the sign of a zero that is written as a whole number", async () => {
    expect(await elements("FP32", "[-0]", 1)).toBe("[0.0]");
  });

  it("have whole numbers of 64 bits, and wrap those that are too wide", async () => {
    expect(await elements("UINT64", "[18446744073709551615,9007199254740993]", 2)).toBe(
      "[18446744073709551615,9007199254740993]",
    );
    expect(await elements("INT8", "[300]", 1)).toBe("[44]");
  });

  it("have the classes of an output that was asked for as such", async () => {
    const outputs = [{ name: "OUT", parameters: { classification: 2 } }];
    const inputs = [{ ...one, shape: [1, 4], data: [1, 4, 2, 4] }];
    expect(await textOf(inference("echo_fp32", { inputs, outputs }))).toBe(
      answerOf('"datatype":"BYTES","shape":[1,2],"data":["4.000000:1","4.000000:3"]'),
    );
  });
});

describe("answers in bytes", () => {
  const bytes = Uint8Array.of(0, 0, 128, 63);
  const input = { ...one, data: undefined, parameters: { binary_data_size: 4 } };
  const head = answerOf('"datatype":"FP32","shape":[1,1],"parameters":{"binary_data_size":4}');

  it("come where the request wants them for every output", async () => {
    const json = { inputs: [input], parameters: { binary_data_output: true } };
    const { type, headers, body } = await sendRaw(server.url, inference("echo_fp32", json, bytes));
    expect(type).toBe("application/octet-stream");
    expect(headers["inference-header-content-length"]).toBe(String(head.length));
    expect(body).toEqual(Buffer.concat([Buffer.from(head), bytes]));
  });

  it("do not come for an output that is listed without wishing for them", async () => {
    const json = {
      inputs: [input],
      outputs: [{ name: "OUT" }],
      parameters: { binary_data_output: true },
    };
    expect(await textOf(inference("echo_fp32", json, bytes))).toBe(echoed);
  });

  it("have no header where there is no byte", async () => {
    const json = {
      inputs: [{ ...one, shape: [1, 0], data: [] }],
      parameters: { binary_data_output: true },
    };
    const { type, headers, body } = await sendRaw(server.url, inference("echo_fp32", json));
    expect([type, headers["inference-header-content-length"]]).toEqual([
      "application/json",
      undefined,
    ]);
    expect(body.toString()).toBe(
      answerOf('"datatype":"FP32","shape":[1,0],"parameters":{"binary_data_size":0}'),
    );
  });

  it("answer a body without JSON", async () => {
    const { body } = await sendRaw(server.url, {
      path: "/v2/models/echo_fp32/infer",
      headers: { "inference-header-content-length": "0" },
      body: bytes,
    });
    expect(body).toEqual(Buffer.concat([Buffer.from(head), bytes]));
  });
});

describe("compression", () => {
  const text = JSON.stringify({ inputs: [one] });
  const packed = (body: Uint8Array, encoding: string): RawRequest => ({
    path: "/v2/models/echo_fp32/infer",
    headers: { "content-encoding": encoding },
    body,
  });
  const accepted = (accept: string): RawRequest => ({
    ...inference("echo_fp32", text),
    headers: { "accept-encoding": accept },
  });

  it("of requests is taken in either format, whatever it is called", async () => {
    expect(await textOf(packed(gzipSync(text), "gzip"))).toBe(echoed);
    expect(await textOf(packed(deflateSync(text), "deflate"))).toBe(echoed);
    expect(await textOf(packed(gzipSync(text), "deflate"))).toBe(echoed);
  });

  it("that is broken counts as an empty body, which is a raw request", async () => {
    const { status, body } = await sendRaw(server.url, packed(Buffer.from("no gzip"), "gzip"));
    expect(status).toBe(200);
    expect(body.toString()).toContain('"shape":[1,0]');
  });

  it("of answers follows the highest weight", async () => {
    const gzip = await sendRaw(server.url, accepted("br, gzip, deflate"));
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.body).toString()).toBe(echoed);
    const deflate = await sendRaw(server.url, accepted("gzip;q=0.5,deflate;q=0.9"));
    expect(inflateSync(deflate.body).toString()).toBe(echoed);
  });

  it.each(["identity,gzip", "*", "gzip;q=0", "br"])(
    "of answers does not come of %s",
    async (accept) => {
      const { headers } = await sendRaw(server.url, accepted(accept));
      expect(headers["content-encoding"]).toBeUndefined();
    },
  );
});
