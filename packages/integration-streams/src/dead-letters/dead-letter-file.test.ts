import { Buffer } from "node:buffer";
import { ClosedError, type DeadLetter } from "@nereid/core";
import { describe, expect, it } from "vitest";
import { createSink, type LetterHandle } from "./dead-letter-file.ts";
import { decodeLetter } from "./stored-letter.ts";

const letter = (x: number): DeadLetter<unknown> => ({
  record: { x },
  error: new ClosedError("closed"),
  attempts: 0,
  timeMs: 0,
});

/** A disk in memory, which tells what was asked of it and fails when told to. */
function createDisk() {
  let content = "";
  const disk = {
    asked: [] as string[],
    failing: new Set<string>(),
    sync: async (): Promise<void> => undefined,
    letters: () =>
      content
        .split("\n")
        .slice(0, -1)
        .map((line) => decodeLetter(line).record),
    lastByte: () => content.at(-1),
  };
  const step = (name: string): void => {
    disk.asked.push(name);
    if (disk.failing.has(name)) throw new Error(`${name} failed`);
  };
  const handle: LetterHandle = {
    async appendFile(text) {
      // A full disk takes a part.
      content += disk.failing.has("append") ? text.slice(0, 7) : text;
      step("append");
    },
    async truncate(size) {
      step("truncate");
      content = Buffer.from(content).subarray(0, size).toString();
    },
    async datasync() {
      await disk.sync();
      step("sync");
    },
    async close() {
      step("close");
    },
  };
  return { disk, handle };
}

describe("a letter", () => {
  it("counts as written once it is on the disk; those that come meanwhile share the next time", async () => {
    const { disk, handle } = createDisk();
    let synced: () => void = () => undefined;
    disk.sync = () => new Promise((resolve) => (synced = resolve));
    const sink = createSink("f", handle, 0, "always");
    let written = 0;
    const writes = [1, 2, 3].map((x) => sink.write(letter(x)).then(() => (written += 1)));
    await new Promise((resolve) => setImmediate(resolve));
    expect({ asked: disk.asked, written }).toEqual({ asked: ["append"], written: 0 });
    disk.sync = async () => undefined;
    synced();
    await Promise.all(writes);
    expect(disk.asked).toEqual(["append", "sync", "append", "sync"]);
    expect(disk.letters()).toEqual([{ x: 1 }, { x: 2 }, { x: 3 }]);
  });

  it("is left to the system until the end when that is enough", async () => {
    const { disk, handle } = createDisk();
    const sink = createSink("f", handle, 0, "on-close");
    await sink.write(letter(1));
    expect(disk.asked).toEqual(["append"]);
    await sink.close();
    expect(disk.asked).toEqual(["append", "sync", "close"]);
  });

  it.each(["append", "sync"])(
    "whose %s fails is refused, and the next begins a line",
    async (name) => {
      const { disk, handle } = createDisk();
      const sink = createSink("f", handle, 0, "always");
      await sink.write(letter(1));
      disk.failing.add(name);
      await expect(sink.write(letter(2))).rejects.toThrow(`${name} failed`);
      disk.failing.clear();
      await sink.write(letter(3));
      await sink.close();
      expect(disk.letters()).toEqual([{ x: 1 }, { x: 3 }]);
      expect(sink.count).toBe(2);
    },
  );

  it("is refused as long as what a failure left cannot be taken back", async () => {
    const { disk, handle } = createDisk();
    const sink = createSink("f", handle, 0, "always");
    disk.failing.add("append").add("truncate");
    await expect(sink.write(letter(1))).rejects.toThrow("append failed");
    disk.failing.delete("append");
    await expect(sink.write(letter(2))).rejects.toThrow("truncate failed");
    disk.failing.clear();
    await sink.write(letter(3));
    expect(disk.letters()).toEqual([{ x: 3 }]);
  });

  it("lets go of the file even when the last sync fails", async () => {
    const { disk, handle } = createDisk();
    const sink = createSink("f", handle, 0, "on-close");
    disk.failing.add("sync");
    await expect(sink.close()).rejects.toThrow("sync failed");
    expect(disk.asked).toEqual(["sync", "close"]);
  });
});
