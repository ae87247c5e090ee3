import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { runProgram } from "@nereid/cli";
import { systemClock } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { requireServer, serverNames } from "../servers/state.ts";

/** What a command line printed. It has to end well. */
async function nereid(args: readonly string[], stdin = ""): Promise<string> {
  const output = new PassThrough();
  const progress = new PassThrough();
  const printed = Promise.all([text(output), text(progress)]);
  const never = new AbortController().signal;
  const code = await runProgram(args, {
    input: Readable.from([Buffer.from(stdin)]),
    output,
    progress,
    env: {},
    clock: systemClock,
    wallNow: Date.now,
    drain: never,
    abort: never,
  });
  output.end();
  progress.end();
  const [out, err] = await printed;
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

describe.each(serverNames)("the nereid command and %s", (name) => {
  const urls = (): readonly string[] => {
    const { http, grpc } = requireServer(name);
    return [http, `grpc://${grpc}`];
  };

  it("inspects it, and says what it does not tell", async () => {
    for (const url of urls()) {
      const { server, model } = JSON.parse(await nereid(["inspect", url, "echo_fp32", "--json"]));
      expect(server).toMatchObject({ name, ready: true });
      expect(model.inputs).toEqual([{ name: "IN", datatype: "FP32", shape: [-1, -1] }]);
      expect(model.maxBatchRows).toBe(name === "triton" ? 64 : null);
      const models = JSON.parse(await nereid(["inspect", url, "--json"])).models;
      expect(models === null).toBe(name === "kserve");
    }
  });

  it("declares the same types over HTTP and gRPC", async () => {
    const [http = "", grpc = ""] = urls();
    const declared = await nereid(["types", http, "echo_fp32", "echo_bytes"]);
    expect(declared).toContain("IN: array(float32()),");
    expect(await nereid(["types", grpc, "echo_fp32", "echo_bytes"])).toBe(declared);
  });

  it("sends rows through it in batches, in order", async () => {
    const rows = Array.from({ length: 500 }, (_, row) => `{"IN":[${row},0.5]}\n`).join("");
    for (const url of urls()) {
      const answered = await nereid(
        ["predict", url, "echo_fp32", "--batch-size", "16", "--quiet"],
        rows,
      );
      expect(answered).toBe(rows.replaceAll("IN", "OUT"));
    }
  });
});
