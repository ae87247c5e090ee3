import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { expect, test } from "vitest";
import type { SequenceWork } from "./sequence-worker.fixture.ts";

const entry = new URL("sequence-worker.fixture.ts", import.meta.url);
const execArgv = ["--conditions=@nereid/source"];
/** Far above what it takes: threads start slowly on a busy machine. */
const patienceMs = 60_000;

test(
  "workers with a number each never use one id twice, and leave none out",
  async () => {
    await using server = await startV2Server({ models: createStandardModels() });
    const count = 200;
    const work = async (subtaskIndex: number): Promise<void> => {
      const workerData: SequenceWork = { subtaskIndex, endpoint: server.url, count };
      const worker = new Worker(entry, { workerData, execArgv });
      expect(await once(worker, "exit")).toEqual([0]);
    };
    await Promise.all([0, 1, 2].map(work));
    const ids = server.host.received.map(({ sequence }) => sequence?.id);
    const wanted = [0, 1, 2].flatMap((subtask) =>
      Array.from({ length: count }, (_, counter) => `job-${subtask}-${counter}`),
    );
    expect(ids).toHaveLength(wanted.length);
    expect(new Set(ids)).toEqual(new Set(wanted));
  },
  patienceMs,
);
