import { describe, expect, it } from "vitest";
import { createSharedOnce, type SharedResult } from "./shared-once.ts";

/** Work that the test finishes; remembers each run's signal. */
function controlledWork(): {
  readonly runs: {
    readonly signal: AbortSignal;
    readonly end: PromiseWithResolvers<SharedResult<string>>;
  }[];
  readonly work: (signal: AbortSignal) => Promise<SharedResult<string>>;
} {
  const runs: ReturnType<typeof controlledWork>["runs"] = [];
  return {
    runs,
    work(signal) {
      const end = Promise.withResolvers<SharedResult<string>>();
      runs.push({ signal, end });
      return end.promise;
    },
  };
}

const { signal } = new AbortController();

describe("shared work", () => {
  it("runs once for all who ask, and its result is there at once for who asks later", async () => {
    const { runs, work } = controlledWork();
    const shared = createSharedOnce(work);
    const [first, second] = [shared.get(signal), shared.get(signal)];
    runs[0]?.end.resolve({ value: "v", keep: true });
    expect([await first, await second]).toEqual(["v", "v"]);
    expect(shared.get(signal)).toBe("v");
    expect(runs).toHaveLength(1);
  });

  it("runs again after a failure, and after a result not worth keeping", async () => {
    const { runs, work } = controlledWork();
    const shared = createSharedOnce(work);
    const first = shared.get(signal);
    runs[0]?.end.reject(new Error("down"));
    await expect(first).rejects.toThrow("down");
    const second = shared.get(signal);
    runs[1]?.end.resolve({ value: "unsure", keep: false });
    expect(await second).toBe("unsure");
    void shared.get(signal);
    expect(runs).toHaveLength(3);
  });

  it("goes on while anybody waits, and is aborted when nobody does", async () => {
    const { runs, work } = controlledWork();
    const shared = createSharedOnce(work);
    const [a, b] = [new AbortController(), new AbortController()];
    const [first, second] = [shared.get(a.signal), shared.get(b.signal)];
    a.abort("gone");
    await expect(first).rejects.toBe("gone");
    expect(runs[0]?.signal.aborted).toBe(false);
    b.abort("gone too");
    await expect(second).rejects.toBe("gone too");
    expect(runs[0]?.signal.aborted).toBe(true);
    void shared.get(signal);
    expect(runs).toHaveLength(2);
  });

  it("does not begin for a signal that is aborted already", async () => {
    const { runs, work } = controlledWork();
    await expect(createSharedOnce(work).get(AbortSignal.abort("late"))).rejects.toBe("late");
    expect(runs).toHaveLength(0);
  });
});
