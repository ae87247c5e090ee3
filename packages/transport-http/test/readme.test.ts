import { readFile } from "node:fs/promises";
import { createTensor, encodeBytes, textAt } from "@nereid/core/transport-kit";
import type { ServerModel } from "@nereid/testing";
import { expect, it } from "vitest";
import { ask } from "./stream-example.ts";
import { startModels } from "./stream.fixture.ts";

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), "utf8");

/** Answers with the words of a question, one at a time, backwards. */
const teller: ServerModel = {
  name: "teller",
  maxBatchRows: 0,
  inputs: [{ name: "text_input", datatype: "BYTES", shape: [1] }],
  outputs: [{ name: "text_output", datatype: "BYTES", shape: [1] }],
  execute: () => [],
  async *decoupled({ inputs }) {
    const input = inputs.get("text_input");
    const question = input?.datatype === "BYTES" ? textAt(input.data, 0) : undefined;
    for (const word of question?.split(" ").toReversed() ?? []) {
      yield [createTensor("text_output", "BYTES", [1], encodeBytes([word]))];
    }
  },
};

it("shows the example of a stream as it runs", async () => {
  expect(await read("../README.md")).toContain(
    `\`\`\`ts\n${await read("stream-example.ts")}\`\`\`\n`,
  );
  await using server = await startModels(teller);
  const words: string[] = [];
  for await (const word of ask(server.url, ["who is élan", "", "why"])) words.push(word);
  expect(words).toEqual(["élan", "is", "who", "", "why"]);
});
