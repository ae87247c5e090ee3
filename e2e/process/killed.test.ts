import { createRandom } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { rowsPerCommit } from "./plan.ts";
import { createStage, turns } from "./stage.ts";

const kills = 12;
const records = 2000;
const window = 24;
const seed = 20_261_121;

/** What a Duplex holds beside its window: its two buffers, and those of the source. */
const ways = [
  {
    name: "P2: loses no record, and keeps the order, through the operator",
    how: "operator",
    inside: window + 16,
  },
  {
    name: "P3: repeats only what was under way at a kill, through the Duplex",
    how: "duplex",
    inside: 3 * window + 16,
  },
] as const;

describe("a process that is killed again and again", () => {
  it.each(ways)("$name", { timeout: 240_000 }, async ({ how, inside }) => {
    await using stage = await createStage(records);
    const { server } = stage;
    const random = createRandom(seed);
    let repeatable = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const life = stage.start({ how, window });
      const last = 2 + Math.floor(random() * 30);
      let seen = 0;
      server.setFaults(({ path }) => {
        if (!path.endsWith("/infer")) return undefined;
        seen += 1;
        // Answers come in an order of their own, and the kill between any two of them.
        if (seen === last) {
          void turns(random() * 20).then(() => life.process.kill("SIGKILL"));
        }
        return { kind: "late", until: turns(random() * 20) };
      });
      expect(await life.ended).toEqual({ code: null, signal: "SIGKILL" });
      const written = stage.lines().at(-1)?.line ?? 0;
      const uncommitted = written - stage.position();
      expect(uncommitted).toBeGreaterThanOrEqual(0);
      expect(uncommitted).toBeLessThanOrEqual(rowsPerCommit);
      repeatable += uncommitted;
    }
    expect(await stage.start({ how, window }).ended).toEqual({ code: 0, signal: null });

    const lines = stage.lines();
    const numbers = Array.from({ length: records }, (_, index) => index + 1);
    const firsts = [...new Set(lines.map(({ line }) => line))];
    expect(firsts).toEqual(numbers);
    expect(lines.filter(({ line, OUT }) => OUT !== 2 * line)).toEqual([]);
    // A line that stands twice was written and not committed at a kill.
    expect(lines.length - records).toBeGreaterThan(0);
    expect(lines.length - records).toBeLessThanOrEqual(repeatable);
    expect(stage.position()).toBe(records);
    const sentAgain = stage.sent().length - records;
    expect(sentAgain).toBeLessThanOrEqual(kills * (inside + rowsPerCommit));
  });
});
