#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { systemClock } from "@nereid/core/transport-kit";
import { isBrokenPipe, runProgram } from "./command/run-program.ts";

// Rows die young, so that a small young generation is enough: 70 MB less for 10 % more CPU, measured over
// a million rows. A V8 without this flag says so, and goes on.
setFlagsFromString("--semi-space-growth-factor=1");

const drain = new AbortController();
const abort = new AbortController();
const interrupt = (): void => {
  if (drain.signal.aborted) abort.abort(new Error("interrupted twice"));
  else drain.abort(new Error("interrupted"));
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (!isBrokenPipe(error)) throw error;
    drain.abort(error);
    abort.abort(error);
  });
}

process.exitCode = await runProgram(process.argv.slice(2), {
  input: process.stdin,
  output: process.stdout,
  progress: process.stderr,
  env: process.env,
  clock: systemClock,
  wallNow: Date.now,
  drain: drain.signal,
  abort: abort.signal,
});
// Somebody who could still type would keep the process alive.
process.stdin.destroy();
