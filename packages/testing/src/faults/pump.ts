import type { Socket } from "node:net";
import { sleep, type Clock } from "@nereid/core/transport-kit";
import type { PointFault, RangeFault } from "./connection-fault.ts";
import { corrupted, delaysOf, nextStep } from "./next-step.ts";

/** One direction of a connection. */
export interface PumpOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly faults: readonly (RangeFault | PointFault)[];
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  /** Resets both sides. */
  readonly reset: () => void;
  /** Told once for each point, and for each range when its first byte passes. */
  readonly onFault: (fault: RangeFault | PointFault, atByte: number) => void;
}

/** Bytes that wait in the proxy at most before it stops reading. */
const maxWaitingBytes = 1_048_576;

/** A direction under way. */
export interface Pump {
  /** Adds faults, whose bytes are counted from those delivered so far. */
  inject(faults: readonly (RangeFault | PointFault)[]): void;
}

/** Carries bytes from one socket to the other, as far as the faults let them. */
export function startPump(options: PumpOptions): Pump {
  const { from, to, clock, random, signal } = options;
  const faults = [...options.faults];
  const waiting: { readonly chunk: Uint8Array; readonly arrivedMs: number }[] = [];
  const seen = new Set<RangeFault | PointFault>();
  let waitingBytes = 0;
  let delivered = 0;
  let isRunning = false;
  let hasEnded = false;
  /** Set by the point fault that ends this direction. */
  let stopped: "swallow" | "stall" | undefined;

  const note = (fault: RangeFault | PointFault): void => {
    if (seen.has(fault)) return;
    seen.add(fault);
    options.onFault(fault, delivered);
  };
  const strike = (point: PointFault): void => {
    note(point);
    stopped = point.kind === "stall" ? "stall" : "swallow";
    if (point.kind === "reset") options.reset();
    else if (point.kind === "half-close") to.end();
    else if (point.kind === "stall") from.pause();
  };
  /** Delivers a chunk; returns early when a point fault stops the direction. */
  const deliver = async (chunk: Uint8Array, arrivedMs: number): Promise<void> => {
    let rest = chunk;
    while (stopped === undefined && rest.length > 0) {
      const step = nextStep(faults, delivered, rest.length);
      if ("point" in step) {
        strike(step.point);
        return;
      }
      step.active.forEach(note);
      const { latencyMs, passingMs } = delaysOf(step.active, step.bytes, random);
      const waitMs = Math.max(0, arrivedMs + latencyMs - clock.now()) + passingMs;
      if (waitMs > 0) await sleep(clock, waitMs, signal);
      await write(to, corrupted(rest.subarray(0, step.bytes), step.active), signal);
      delivered += step.bytes;
      rest = rest.subarray(step.bytes);
    }
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      waitingBytes -= next.chunk.length;
      await deliver(next.chunk, next.arrivedMs);
      if (waitingBytes < maxWaitingBytes && stopped !== "stall") from.resume();
    }
    isRunning = false;
    if (hasEnded && stopped === undefined) to.end();
  };
  const wake = (): void => {
    if (isRunning) return;
    run().catch((error: unknown) => {
      if (!signal.aborted) from.destroy(error instanceof Error ? error : undefined);
    });
  };

  from.on("data", (chunk: Uint8Array) => {
    if (stopped !== undefined) return;
    waiting.push({ chunk, arrivedMs: clock.now() });
    waitingBytes += chunk.length;
    if (waitingBytes >= maxWaitingBytes) from.pause();
    wake();
  });
  from.on("end", () => {
    hasEnded = true;
    wake();
  });
  return {
    inject(added) {
      for (const fault of added) faults.push(countedFrom(fault, delivered));
    },
  };
}

function countedFrom(fault: RangeFault | PointFault, byte: number): RangeFault | PointFault {
  if ("atByte" in fault) return { ...fault, atByte: byte + fault.atByte };
  const { fromByte = 0, toByte } = fault;
  const end = toByte === undefined ? {} : { toByte: byte + toByte };
  return { ...fault, fromByte: byte + fromByte, ...end };
}

/** Resolves when the socket has taken the bytes from this process; rejects when it never will. */
function write(to: Socket, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted || to.destroyed) {
      reject(new Error("the connection has gone"));
      return;
    }
    to.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
