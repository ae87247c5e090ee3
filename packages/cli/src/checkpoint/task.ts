import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/** What a checkpoint belongs to. Going on with anything else would mix two runs. */
export interface Task {
  readonly model: string;
  readonly inputs: readonly InputFacts[];
  readonly output: string;
  readonly deadLetters: string | null;
  readonly join: boolean;
}

/** What an input is known by. */
export interface InputFacts {
  readonly name: string;
  readonly bytes: number;
  /** Of the first 64 KiB. */
  readonly sha256: string;
}

const headBytes = 64 * 1024;

/** Tells inputs apart that have the same name. */
export async function readInputFacts(path: string): Promise<InputFacts> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, headBytes));
    const { bytesRead } = await file.read(head, 0, head.byteLength, 0);
    const hash = createHash("sha256").update(head.subarray(0, bytesRead));
    return { name: path, bytes: size, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

/** The parts in which two tasks differ. */
export function taskDifferences(before: object, now: Task): readonly string[] {
  return Object.entries(now)
    .filter(([name, value]) => JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(value))
    .map(([name]) => name);
}
