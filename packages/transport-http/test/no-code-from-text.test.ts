import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { expect, it } from "vitest";

const script = `
  import { createModelFromOptions } from "@nereid/core";
  import { tritonProvider } from "@nereid/transport-http";
  const [, url] = process.argv;
  try {
    new Function("return 1");
    console.log("code from text");
  } catch {}
  await using model = await createModelFromOptions(
    { provider: "triton", endpoint: url, "model-name": "poison", "default-value": '{"OUT": 7}' },
    { providers: [tritonProvider] },
  );
  for await (const row of model.predictAll([{ IN: 1 }, { IN: "import('node:fs')" }])) {
    console.log(JSON.stringify(row));
  }
`;

it("options, records and answers are read in a process that makes no code from text", async () => {
  await using server = await startV2Server({ models: createStandardModels() });
  const flags = ["--disallow-code-generation-from-strings", "--disable-proto=throw"];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...flags, "--conditions=@nereid/source", "--input-type=module", "-e", script, server.url],
    { cwd: fileURLToPath(new URL("..", import.meta.url)), timeout: 20_000 },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '{"OUT":2}\n{"OUT":7}\n', stderr: "" });
});
