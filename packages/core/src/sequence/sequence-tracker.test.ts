import { describe, expect, it } from "vitest";
import { ClosedError, TransportError } from "../errors/errors.ts";
import { createSequenceTracker, type SequenceTracker } from "./sequence-tracker.ts";

const reset = new TransportError("expected an answer, found a reset", { delivery: "unknown" });

function open(): SequenceTracker {
  const tracker = createSequenceTracker("a", "m");
  tracker.take(false);
  tracker.applied();
  return tracker;
}

describe("a sequence's tracker", () => {
  it("starts once, with the first step that is applied", () => {
    const tracker = createSequenceTracker("a", "m");
    expect(tracker.take(false)).toEqual({ id: "a", start: true, end: false });
    expect(tracker.failed(new ClosedError("closed"))).toBeInstanceOf(ClosedError);
    expect(tracker.state).toBe("new");
    expect(tracker.take(false).start).toBe(true);
    tracker.applied();
    expect([tracker.state, tracker.steps]).toEqual(["open", 1]);
    expect(tracker.take(true)).toEqual({ id: "a", start: false, end: true });
    tracker.applied();
    expect([tracker.state, tracker.steps]).toEqual(["ended", 2]);
  });

  it.each([
    ["was lost", "step-unknown", (tracker: SequenceTracker) => tracker.failed(reset)],
    ["was given up", "step-unknown", (tracker: SequenceTracker) => tracker.abandoned()],
    ["ended it", "ended", (tracker: SequenceTracker) => tracker.applied()],
  ])("lets no step leave behind one that %s", (_what, reason, happen) => {
    const tracker = open();
    tracker.take(true);
    happen(tracker);
    expect(() => tracker.take(false)).toThrow(
      expect.objectContaining({ code: "sequence", reason }),
    );
  });

  it("lets no second step leave beside the first", () => {
    const tracker = open();
    tracker.take(false);
    expect(() => tracker.take(false)).toThrow("expected one step of a sequence at a time");
  });
});
