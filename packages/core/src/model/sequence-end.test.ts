import { describe, expect, it } from "vitest";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createAccumulatorModel, wireFaults } from "./accumulator.fixture.ts";

const flags = (seen: readonly { start: boolean; end: boolean }[]): string[] =>
  seen.map(({ start, end }) => `${start ? "start" : ""}${end ? "end" : ""}`);

describe("ending a sequence", () => {
  it("sends one more step, of zeros, behind those that wait", async () => {
    const { transport, model } = await createAccumulatorModel();
    const conversation = model.sequence({ id: "a" });
    const rows = [1, 2].map((X) => conversation.predict({ X }));
    await conversation.end();
    expect(await Promise.all(rows)).toMatchObject([{ SUM: 1 }, { SUM: 3 }]);
    expect(flags(transport.seen)).toEqual(["start", "", "end"]);
    expect(transport.applied.get("a")).toEqual([[1, 2, 0]]);
    expect(conversation.state).toBe("ended");
    await expect(conversation.predict({ X: 1 })).rejects.toMatchObject({ code: "closed" });
  });

  it("sends nothing for a sequence that never began, has ended or is lost", async () => {
    const { transport, model } = await createAccumulatorModel();
    await model.sequence().end();
    const ended = model.sequence();
    await ended.predict({ X: 1 }, { end: true });
    await ended.end();
    const lost = model.sequence();
    transport.gate = async () => wireFaults["reset-before"];
    await expect(lost.predict({ X: 1 })).rejects.toThrow("the sequence is lost");
    await lost.end();
    expect(flags(transport.seen)).toEqual(["startend", "start"]);
  });

  it("tells when the server may still hold the state", async () => {
    const { transport, model } = await createAccumulatorModel();
    const conversation = model.sequence();
    await conversation.predict({ X: 1 });
    transport.gate = async () => wireFaults["not-sent"];
    await expect(conversation.end()).rejects.toBe(wireFaults["not-sent"].error);
  });

  it("by disposing of it sends nothing, but lets the steps that wait settle", async () => {
    const { transport, model } = await createAccumulatorModel();
    const rows: Promise<unknown>[] = [];
    {
      await using conversation = model.sequence();
      rows.push(conversation.predict({ X: 1 }), conversation.predict({ X: 2 }));
    }
    expect(flags(transport.seen)).toEqual(["start", ""]);
    expect(await Promise.all(rows)).toMatchObject([{ SUM: 1 }, { SUM: 3 }]);
  });
});

describe("closing the model", () => {
  it("lets every step that waits settle first", async () => {
    const { clock, transport, model } = await createAccumulatorModel();
    transport.gate = () =>
      new Promise((resolve) => void clock.setTimer(() => resolve(undefined), 5));
    const conversation = model.sequence();
    const rows = [1, 2, 3].map((X) => conversation.predict({ X }));
    const closing = model.close();
    await clock.advance(10);
    expect(transport.closed).toBe(false);
    await clock.advance(10);
    await closing;
    expect(await Promise.all(rows)).toMatchObject([{ SUM: 1 }, { SUM: 3 }, { SUM: 6 }]);
    expect(transport.closed).toBe(true);
    expect(() => model.sequence()).toThrow("found it closed");
    await expect(conversation.predict({ X: 1 })).rejects.toMatchObject({ code: "closed" });
    expect(clock.timers).toBe(0);
  });

  it("does not wait for sequences that nobody closed", async () => {
    const { model } = await createAccumulatorModel();
    await model.sequence().predict({ X: 1 });
    await model.close();
    await settleMicrotasks();
  });
});
