import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { rowsPerCommit } from "./plan.ts";
import { createStage, turns, type Child, type Stage } from "./stage.ts";

const records = 400;
const numbers = Array.from({ length: records }, (_, index) => index + 1);
const isInference = (path: string): boolean => path.endsWith("/infer");

/** Holds the answers from the nth inference on until they are let go. */
function holdFrom(stage: Stage, from: number): { reached: Promise<void>; release: () => void } {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  let seen = 0;
  stage.server.setFaults(({ path }) => {
    if (!isInference(path)) return undefined;
    seen += 1;
    if (seen < from) return undefined;
    // As many as are ever under way.
    if (seen === from + 3) reach();
    return { kind: "late", until };
  });
  return { reached, release };
}

async function signalled(child: Child, name: NodeJS.Signals): Promise<void> {
  child.process.kill(name);
  await child.stopping;
}

describe.each(["operator", "duplex"] as const)("a process with a stream through the %s", (how) => {
  it("P9: lets everything settle on SIGTERM, and ends with 0 (X1)", async () => {
    await using stage = await createStage(records);
    const { reached, release } = holdFrom(stage, 20);
    const child = stage.start({ how });
    await Promise.race([reached, child.ended]);
    await signalled(child, "SIGTERM");
    release();
    expect(await child.ended).toEqual({ code: 0, signal: null });
    const sent = stage.sent();
    expect(sent.length).toBeLessThan(records);
    // What was sent is written, and what is written is committed.
    expect(stage.lines().map(({ line }) => line)).toEqual(sent.toSorted((a, b) => a - b));
    expect(stage.position()).toBe(sent.length);
  });
});

describe("a second signal", () => {
  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("ends at once what hangs, and commits nothing of it (%s, X2)", async (name, code) => {
    await using stage = await createStage(records);
    const { reached, release } = holdFrom(stage, 20);
    const child = stage.start();
    await Promise.race([reached, child.ended]);
    // What was answered is written, and committed as far as it fills commits.
    const answered = stage.sent().length;
    const committed = answered - (answered % rowsPerCommit);
    await expect.poll(() => stage.lines().length, { timeout: 60_000 }).toBe(answered);
    await expect.poll(() => stage.position(), { timeout: 60_000 }).toBe(committed);
    await signalled(child, name);
    child.process.kill(name);
    expect(await child.ended).toEqual({ code, signal: null });
    expect(stage.lines().length).toBe(answered);
    expect(stage.position()).toBe(committed);
    release();
    stage.server.setFaults(undefined);
    expect((await stage.start().ended).code).toBe(0);
    const lines = stage.lines().map(({ line }) => line);
    expect(lines.toSpliced(committed, answered - committed)).toEqual(numbers);
  });
});

describe("a process that is stopped, and goes on later", () => {
  it("opens no circuit and sends no burst (X4)", async () => {
    await using stage = await createStage(records);
    const timeoutMs = 300;
    const { reached, release } = holdFrom(stage, 20);
    const child = stage.start({ options: { attemptTimeout: timeoutMs, maxRetries: 3 } });
    await Promise.race([reached, child.ended]);
    child.process.kill("SIGSTOP");
    // Longer than its requests may take: what they come to is decided when it goes on.
    await wait(4 * timeoutMs);
    let [inside, most] = [0, 0];
    stage.server.setFaults(({ path }) => {
      if (!isInference(path)) return undefined;
      inside += 1;
      most = Math.max(most, inside);
      return { kind: "late", until: turns(3).then(() => (inside -= 1)) };
    });
    child.process.kill("SIGCONT");
    release();
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.said).toEqual([]);
    expect(stage.lines().map(({ line }) => line)).toEqual(numbers);
    expect(most).toBeLessThanOrEqual(4);
    // What was under way at the stop was sent once more at most.
    expect(stage.sent().length).toBeLessThanOrEqual(records + 4 * 4);
  });
});
