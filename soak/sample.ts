import { getEventListeners } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { getHeapSpaceStatistics } from "node:v8";

/** What the process holds while no row is inside, after garbage collection. Sizes in MiB. */
export interface Sample {
  readonly minutes: number;
  /** Objects, without {@link Sample.codeMib}. */
  readonly heapMib: number;
  /** Compiled code and what V8 notes of it: bounded by the program, and growing for long on a busy machine. */
  readonly codeMib: number;
  /** Memory of array buffers and others outside of the heap. */
  readonly externalMib: number;
  readonly rssMib: number;
  readonly held: Held;
  readonly rows: number;
}

/** What could pile up beside memory. */
export interface Held {
  /** What keeps the event loop alive: sockets in use, timers, pipes. */
  readonly handles: number;
  /** Open files and sockets, idle ones too; 0 where the system does not list them. */
  readonly descriptors: number;
  /** On the signal that all streams share, and on the process. */
  readonly listeners: number;
}

const mib = 2 ** 20;

/** Counts what the process holds. */
export function countHeld(signal: AbortSignal): Held {
  const ofProcess = process
    .eventNames()
    .reduce((sum, name) => sum + process.listenerCount(name), 0);
  const list = "/proc/self/fd";
  return {
    handles: process.getActiveResourcesInfo().length,
    descriptors: existsSync(list) ? readdirSync(list).length : 0,
    listeners: ofProcess + getEventListeners(signal, "abort").length,
  };
}

/** Collects garbage, finalizers and what they freed included. @throws without `--expose-gc` */
export async function collectGarbage(): Promise<void> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("soak: expected node --expose-gc, found no gc()");
  for (let round = 0; round < 3; round += 1) {
    await setTimeout(50);
    gc();
  }
}

/** V8's spaces for code, and for what only its compilers write. */
function countCodeBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => /^(?:shared_)?(?:code|trusted)_/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

/** Takes a sample; the caller has paused what runs. */
export async function takeSample(
  startedAt: number,
  signal: AbortSignal,
  rows: number,
): Promise<Sample> {
  await collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  const codeBytes = countCodeBytes();
  return {
    minutes: (performance.now() - startedAt) / 60_000,
    heapMib: (heapUsed - codeBytes) / mib,
    codeMib: codeBytes / mib,
    externalMib: external / mib,
    rssMib: rss / mib,
    held: countHeld(signal),
    rows,
  };
}
