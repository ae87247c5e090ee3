import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { afterAll, expect, it } from "vitest";
import { run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
afterAll(() => server.close());

const count = 60_000;

it("stops reading while nobody takes the rows, and loses none when somebody does", async () => {
  let made = 0;
  const input = Readable.from(
    (function* lines() {
      // In pieces as a file has them.
      for (; made < count; made += 500) {
        yield Buffer.from(
          Array.from({ length: 500 }, (_, index) => `{"IN":${made + index}}\n`).join(""),
        );
      }
    })(),
  );
  const output = new PassThrough({ highWaterMark: 1024 });
  const args = ["predict", server.url, "poison", "--batch-size", "64", "--quiet"];
  const running = run(args, { input, output });
  // A slow machine can only end the waiting too early, which lets the test pass.
  let before = 0;
  let still = 0;
  await expect
    .poll(
      () => {
        still = output.writableNeedDrain && made === before ? still + 1 : 0;
        before = made;
        return still;
      },
      { interval: 300, timeout: 50_000 },
    )
    .toBeGreaterThanOrEqual(4);
  expect(made).toBeLessThan(count / 2);
  const printed = text(output);
  expect((await running).code).toBe(0);
  output.end();
  const rows = (await printed).trimEnd().split("\n");
  expect(rows.length).toBe(count);
  expect(rows.every((row, index) => row === `{"OUT":${2 * index}}`)).toBe(true);
});
