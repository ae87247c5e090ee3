import { createStandardModels, startV2Server } from "@nereid/testing";
import { afterAll, expect, it } from "vitest";
import { run } from "./run.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });
afterAll(() => server.close());

const args = ["predict", server.url, "poison", "--output-format", "csv", "--join"];

it("gives a row that lacks a field an empty cell", async () => {
  const stdin = '{"id":"a","IN":1}\n{"IN":2}\n';
  const { code, out } = await run(args, { stdin });
  expect(code).toBe(0);
  expect(out).toBe("id,IN,OUT\na,1,2\n,2,4\n");
});

it("ends, instead of losing a field that the first row did not have", async () => {
  const stdin = '{"IN":1}\n{"IN":2,"late":"x"}\n';
  const { code, out, err } = await run(args, { stdin });
  expect(code).toBe(1);
  expect(out).toBe("IN,OUT\n1,2\n");
  expect(err).toContain('expected the columns of the first row, found also "late"');
});
