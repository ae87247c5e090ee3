import { writeFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { runProgram, type Terminal } from "@nereid/cli";
import { systemClock } from "@nereid/core/transport-kit";
import { renderTerminal } from "./terminal-svg.ts";

/** Runs the demo over the packages and keeps what a terminal would show: `pnpm --filter @nereid/docs record`. */
const columns = 80;
const folder = fileURLToPath(new URL("../../../packages", import.meta.url));
const output = keepingTerminal();
const never = new AbortController().signal;
const code = await runProgram(["demo", folder], {
  input: Readable.from([]),
  output: output.terminal,
  progress: new Writable({ write: (_chunk, _encoding, done) => done() }),
  env: {},
  clock: systemClock,
  wallNow: Date.now,
  drain: never,
  abort: never,
});
if (code !== 0) throw new Error(`record: expected the demo to end with 0, found ${code}`);
const picture = renderTerminal("npx @nereid/cli demo packages", output.text(), columns);
writeFileSync(new URL("../public/demo.svg", import.meta.url), picture);

function keepingTerminal(): { readonly terminal: Terminal; readonly text: () => string } {
  const parts: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      parts.push(String(chunk));
      done();
    },
  });
  return { terminal: Object.assign(stream, { isTTY: true, columns }), text: () => parts.join("") };
}
