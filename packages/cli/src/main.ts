#!/usr/bin/env node
import { createProgram } from "./program.ts";

const stop = new AbortController();
process.once("SIGINT", () => stop.abort(new Error("stopped")));
// A reader that has seen enough, such as head, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  stop.abort(error);
});

try {
  await createProgram({
    output: process.stdout,
    progress: process.stderr,
    now: () => performance.now(),
    signal: stop.signal,
  }).parseAsync();
} catch (error) {
  const isPipe = error instanceof Error && Reflect.get(error, "code") === "EPIPE";
  if (!isPipe) {
    process.stderr.write(`nereid: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  }
}
