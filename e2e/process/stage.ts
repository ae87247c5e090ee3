import { fork, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor } from "@nereid/core/transport-kit";
import { createStandardModels, startV2Server, type V2Server } from "@nereid/testing";
import { paths, type Plan } from "./plan.ts";

/** How a child ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A child process that works through the input. */
export interface Child {
  readonly process: ChildProcess;
  /** What it said on its channel: its circuit's changes, and that it is stopping. */
  readonly said: readonly { readonly type: string }[];
  readonly stopping: Promise<void>;
  readonly ended: Promise<Ended>;
}

/** A server in this process, and the files of the children that use it. */
export interface Stage extends AsyncDisposable {
  readonly server: V2Server;
  start(plan?: Partial<Plan>): Child;
  /** Whole lines of the output. */
  lines(): { readonly line: number; readonly OUT: number }[];
  /** What was committed last; 0: nothing. */
  position(): number;
  /** Values of every inference that the server was sent, in order. */
  sent(): number[];
}

/** Starts a server, and writes an input whose line n has the value n. */
export async function createStage(records: number): Promise<Stage> {
  const server = await startV2Server({ models: createStandardModels() });
  const folder = mkdtempSync(join(tmpdir(), "nereid-process-"));
  const { input, output, position } = paths(folder);
  const lines = Array.from({ length: records }, (_, index) => `{"IN":${index + 1}}\n`);
  writeFileSync(input, lines.join(""));
  const children: ChildProcess[] = [];
  const plan: Plan = { url: server.url, folder, how: "operator", window: 24 };
  return {
    server,
    start(changes = {}) {
      const child = startChild({ ...plan, ...changes }, join(folder, "compiled"));
      children.push(child.process);
      return child;
    },
    lines: () =>
      read(output)
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    position: () => Number(read(position)),
    sent: () => server.host.received.flatMap(({ inputs }) => valuesOf(inputs)),
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill("SIGKILL");
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function startChild(plan: Plan, compiled: string): Child {
  const child = fork(new URL("resumable.ts", import.meta.url), [JSON.stringify(plan)], {
    execArgv: ["--conditions=@nereid/source"],
    env: { ...process.env, NODE_OPTIONS: "", NODE_COMPILE_CACHE: compiled },
  });
  const said: { readonly type: string }[] = [];
  const stopping = new Promise<void>((resolve) => {
    child.on("message", (message: { readonly type: string }) => {
      said.push(message);
      if (message.type === "stopping") resolve();
    });
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  return { process: child, said, stopping, ended };
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function valuesOf(inputs: readonly Tensor[]): number[] {
  return inputs.flatMap(({ data }) => (data instanceof Float32Array ? [...data] : []));
}

/** Turns of the event loop: a moment that is not a time. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
