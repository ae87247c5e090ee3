import {
  createStandardModels,
  createVirtualClock,
  startV2GrpcServer,
  startV2Server,
  type ChooseFault,
} from "@nereid/testing";
import { afterAll, describe, expect, it } from "vitest";
import { collect, run } from "./run.fixture.ts";

const http = await startV2Server({ models: createStandardModels() });
const grpc = await startV2GrpcServer({ models: createStandardModels() });
afterAll(() => Promise.all([http.close(), grpc.close()]));

/** A server such as MLServer: it has no configurations and no repository that it would list. */
const plainServer: ChooseFault = ({ path }) => {
  if (!/\/config$|\/index$/.test(path)) return undefined;
  return { kind: "status", status: 404, text: "Not Found" };
};

describe.each([
  ["HTTP", http.url],
  ["gRPC", grpc.url],
])("nereid inspect over %s", (_, url) => {
  it("lists the models of a server", async () => {
    const { code, out } = await run(["inspect", url]);
    expect(code).toBe(0);
    expect(out).toMatch(/^server +triton .* at /m);
    expect(out).toMatch(/^ready +yes$/m);
    expect(out).toMatch(/^add_sub +1 +READY$/m);
    expect(out).toMatch(/^version +2 +READY$/m);
  });

  it("shows tensors and settings of a model", async () => {
    const { out } = await run(["inspect", url, "add_sub"]);
    expect(out).toMatch(/^input +INPUT0 +FP32 +\[-1, ?16\]$/m);
    expect(out).toMatch(/^output +OUTPUT1 +FP32 +\[-1, ?16\]$/m);
    expect(out).toContain("at most 64 rows in a request; the server puts requests together");
    expect(out).toMatch(/^answers +one for a request$/m);
  });

  it("shows how long a stateful model keeps a quiet sequence", async () => {
    const { out } = await run(["inspect", url, "accumulator"]);
    expect(out).toMatch(/^sequences +stateful; a quiet one is forgotten after 2 s$/m);
  });

  it("prints the same as JSON", async () => {
    const { out } = await run(["inspect", url, "add_sub:1", "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      server: { url, name: "triton", ready: true },
      model: {
        name: "add_sub",
        maxBatchRows: 64,
        priorityLevels: 0,
        decoupled: false,
        unknownBecause: null,
        inputs: [
          { name: "INPUT0", datatype: "FP32", shape: [-1, 16] },
          { name: "INPUT1", datatype: "FP32", shape: [-1, 16] },
        ],
      },
    });
  });

  it("says in one line that a model is not there", async () => {
    const { code, err } = await run(["inspect", url, "nobody"]);
    expect(code).toBe(1);
    expect(err).toMatch(/^nereid: .*nobody.*\n$/);
  });
});

describe("nereid inspect on a server that tells less", () => {
  it("says what is unknown, and how to go on without a list", async () => {
    http.setFaults(plainServer);
    const list = await run(["inspect", http.url]);
    const model = await run(["inspect", http.url, "poison"]);
    const json = await run(["inspect", http.url, "poison", "--json"]);
    http.setFaults(undefined);
    expect(list.code).toBe(0);
    expect(list.out).toContain("models: unknown, this server does not list them");
    expect(list.out).toContain(`nereid inspect ${http.url} MODEL`);
    expect(model.out).toMatch(/^batching +unknown$/m);
    expect(model.out).toMatch(/^input +IN +FP32/m);
    expect(model.out).toContain("does not tell its settings");
    expect(JSON.parse(json.out).model).toMatchObject({
      maxBatchRows: null,
      dynamicBatching: null,
      priorityLevels: null,
    });
  });

  it("gives up after 30 seconds without an answer", async () => {
    http.setFaults(() => ({ kind: "hang" }));
    const clock = createVirtualClock();
    const running = run(["inspect", http.url], { clock });
    await expect.poll(() => http.requests.at(-1)?.path).toBe("/v2");
    await clock.advance(30_000);
    const { code, err } = await running;
    http.setFaults(undefined);
    expect(code).toBe(1);
    expect(err).toContain("expected its answers within 30000 ms");
  });
});

describe("a command line that cannot work", () => {
  it.each([
    [["inspect", "ftp://host"], "URL: expected an address such as http://localhost:8000"],
    [["inspect", "localhost:8000"], "URL: expected an address such as http://localhost:8000"],
    [["inspect", "http://a:b@host"], "URL: expected a URL without credentials"],
    [["inspect", http.url, "--connection-timeout", "soon"], "--connection-timeout: expected a dur"],
    [["inspect", "grpc://host:1", "--grpc-streams", "0"], "--grpc-streams: expected a whole num"],
    [
      ["inspect", http.url, "--auth-token", "${env:NO_SUCH_TOKEN}"],
      "found that asking failed: expected the environment variable NO_SUCH_TOKEN, found none",
    ],
    [["inspect"], "missing required argument 'URL'"],
    [["inspekt"], "(Did you mean inspect?)"],
  ])("%j ends with 2 and says why", async (args, message) => {
    const { code, err, out } = await run(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe("");
  });

  it("never repeats a password in the URL", async () => {
    const { err } = await run(["inspect", "http://user:s3cret@host"]);
    expect(err).not.toContain("s3cret");
  });
});

describe("what it looks like", () => {
  it("uses colours on terminals only, and not when NO_COLOR is set", async () => {
    const plain = await run(["inspect", http.url]);
    const seen = collect({ isTTY: true, columns: 100 });
    await run(["inspect", http.url], { output: seen.stream });
    const refused = collect({ isTTY: true, columns: 100 });
    await run(["inspect", http.url], { output: refused.stream, env: { NO_COLOR: "1" } });
    expect(plain.out).not.toContain("\u001b[");
    expect(seen.text()).toContain("\u001b[");
    expect(refused.text()).not.toContain("\u001b[");
  });

  it("keeps within a narrow terminal", async () => {
    const narrow = collect({ isTTY: true, columns: 36 });
    await run(["inspect", http.url, "add_sub"], { output: narrow.stream, env: { NO_COLOR: "1" } });
    const longest = Math.max(
      ...narrow
        .text()
        .split("\n")
        .map(({ length }) => length),
    );
    expect(longest).toBeLessThanOrEqual(36);
  });

  it("prints its version", async () => {
    expect(await run(["--version"])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it("shows examples with --help and ends well", async () => {
    const { code, out } = await run(["inspect", "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("nereid inspect http://localhost:8000 add_sub");
    expect(out).toContain("--auth-token <value>");
  });
});
