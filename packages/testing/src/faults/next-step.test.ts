import { expect, it } from "vitest";
import type { RangeFault } from "./connection-fault.ts";
import { corrupted, delaysOf, nextStep } from "./next-step.ts";

const slice: RangeFault = { kind: "slice", direction: "up", fromByte: 4, toByte: 8, maxBytes: 3 };
const latency: RangeFault = { kind: "latency", direction: "up", delayMs: 10, jitterMs: 4 };

it("ends pieces where a range begins or ends", () => {
  expect(nextStep([slice], 0, 100)).toEqual({ bytes: 4, active: [] });
  expect(nextStep([slice], 4, 100)).toEqual({ bytes: 3, active: [slice] });
  expect(nextStep([slice], 7, 100)).toEqual({ bytes: 1, active: [slice] });
  expect(nextStep([slice], 8, 100)).toEqual({ bytes: 100, active: [] });
});

it("delivers up to a point, and strikes in place of the byte there", () => {
  const point = { kind: "reset", direction: "up", atByte: 5 } as const;
  expect(nextStep([latency, point], 2, 100)).toEqual({ bytes: 3, active: [latency] });
  expect(nextStep([latency, point], 5, 1)).toEqual({ point });
});

it("lets bytes of a narrow bandwidth drip, a tenth of a second's worth at a time", () => {
  const narrow: RangeFault = { kind: "bandwidth", direction: "up", bytesPerSecond: 200 };
  const verySlow: RangeFault = { ...narrow, bytesPerSecond: 1 };
  expect(nextStep([narrow], 0, 100)).toEqual({ bytes: 20, active: [narrow] });
  expect(nextStep([verySlow], 0, 100)).toEqual({ bytes: 1, active: [verySlow] });
  expect(delaysOf([narrow, verySlow], 1, () => 0)).toEqual({ latencyMs: 0, passingMs: 1_000 });
});

it("adds up latencies, with their jitter", () => {
  expect(delaysOf([latency, latency], 1, () => 0.5)).toEqual({ latencyMs: 24, passingMs: 0 });
});

it("changes bytes by the mask, and no memory that is not its own", () => {
  const bytes = Uint8Array.of(1, 2);
  expect(corrupted(bytes, [{ kind: "corrupt", direction: "up", mask: 3 }])).toEqual(
    Uint8Array.of(2, 1),
  );
  expect(corrupted(bytes, [{ kind: "corrupt", direction: "up" }])).toEqual(Uint8Array.of(254, 253));
  expect(corrupted(bytes, [latency])).toBe(bytes);
  expect(bytes).toEqual(Uint8Array.of(1, 2));
});
