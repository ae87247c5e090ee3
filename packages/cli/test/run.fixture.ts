import { Readable, Writable } from "node:stream";
import { systemClock } from "@nereid/core/transport-kit";
import { runProgram, type CommandContext, type ExitCode, type Terminal } from "../src/index.ts";

/** What a command line printed and how it ended. */
export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** A stream that keeps what is written to it. */
export function collect(facts: { readonly isTTY?: boolean; readonly columns?: number } = {}): {
  readonly stream: Terminal;
  readonly text: () => string;
  readonly bytes: () => Buffer;
} {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      parts.push(Buffer.from(chunk));
      done();
    },
  });
  return {
    stream: Object.assign(stream, facts),
    text: () => Buffer.concat(parts).toString(),
    bytes: () => Buffer.concat(parts),
  };
}

/** Runs a command line in this process, with streams of its own. */
export async function run(
  args: readonly string[],
  given: Partial<CommandContext> & { readonly stdin?: string } = {},
): Promise<Ran> {
  const out = collect();
  const err = collect();
  const never = new AbortController().signal;
  const { stdin = "", ...context } = given;
  const code = await runProgram(args, {
    input: Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]),
    output: out.stream,
    progress: err.stream,
    env: {},
    clock: systemClock,
    wallNow: Date.now,
    drain: never,
    abort: never,
    ...context,
  });
  return { code, out: out.text(), err: err.text() };
}
