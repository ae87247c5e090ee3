import { describe, expect, it } from "vitest";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import type { Infer } from "../transport/transport.ts";
import { callWith, request, response } from "./layers.fixture.ts";
import { limitLayer } from "./limit.ts";

function gated(): { infer: Infer; started: number; release: (() => void)[] } {
  const gate = {
    started: 0,
    release: [] as (() => void)[],
    infer: () => {
      gate.started += 1;
      return new Promise<typeof response>((resolve) => {
        gate.release.push(() => resolve(response));
      });
    },
  };
  return gate;
}

describe("limitLayer", () => {
  it("lets at most the limit be under way and takes the others in order", async () => {
    const gate = gated();
    const infer = limitLayer(2)(gate.infer);
    const order: number[] = [];
    const answers = [0, 1, 2, 3].map((index) =>
      infer(request, callWith()).then(() => order.push(index)),
    );
    await settleMicrotasks();
    expect(gate.started).toBe(2);
    for (let index = 0; index < 4; index += 1) {
      gate.release[index]?.();
      await settleMicrotasks();
    }
    await Promise.all(answers);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(gate.started).toBe(4);
  });

  it("gives a place back after a failure", async () => {
    let calls = 0;
    const infer = limitLayer(1)(async () => {
      calls += 1;
      if (calls === 1) throw new Error("first");
      return response;
    });
    const first = expect(infer(request, callWith())).rejects.toThrow("first");
    const second = expect(infer(request, callWith())).resolves.toBe(response);
    await Promise.all([first, second]);
  });

  it("lets a waiting call leave when it aborts, without taking a place", async () => {
    const gate = gated();
    const infer = limitLayer(1)(gate.infer);
    const first = infer(request, callWith());
    const controller = new AbortController();
    const second = infer(request, callWith({ signal: controller.signal }));
    const third = infer(request, callWith());
    const reason = new Error("gone");
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    gate.release[0]?.();
    await first;
    await settleMicrotasks();
    expect(gate.started).toBe(2);
    gate.release[1]?.();
    await third;
  });
});
