import type { PointFault, RangeFault } from "./connection-fault.ts";

/** What is done next with the bytes of one direction. */
export type Step =
  | { readonly point: PointFault }
  | {
      /** Bytes that share their faults; at least 1. */
      readonly bytes: number;
      /** The faults of those bytes, in the order of the script. */
      readonly active: readonly RangeFault[];
    };

/**
 * The next step behind `delivered` bytes, when `available` more (at least 1) are at hand.
 *
 * Pieces end where any fault begins or ends, so that each byte meets exactly the faults meant for it.
 */
export function nextStep(
  faults: readonly (RangeFault | PointFault)[],
  delivered: number,
  available: number,
): Step {
  let bytes = available;
  const active: RangeFault[] = [];
  const stopBefore = (byte: number): void => {
    if (byte > delivered) bytes = Math.min(bytes, byte - delivered);
  };
  for (const fault of faults) {
    if ("atByte" in fault) {
      if (fault.atByte <= delivered) return { point: fault };
      stopBefore(fault.atByte);
      continue;
    }
    const { fromByte = 0, toByte = Number.POSITIVE_INFINITY } = fault;
    stopBefore(fromByte);
    if (delivered < fromByte || delivered >= toByte) continue;
    stopBefore(toByte);
    active.push(fault);
    if (fault.kind === "slice") bytes = Math.min(bytes, Math.max(1, fault.maxBytes));
    // A tenth of a second's worth at a time, so that bytes drip.
    if (fault.kind === "bandwidth")
      bytes = Math.min(bytes, Math.max(1, Math.floor(fault.bytesPerSecond / 10)));
  }
  return { bytes, active };
}

/** How long a piece waits, counted from its arrival; and how long it takes to pass. */
export function delaysOf(
  active: readonly RangeFault[],
  bytes: number,
  random: () => number,
): { readonly latencyMs: number; readonly passingMs: number } {
  let latencyMs = 0;
  let passingMs = 0;
  for (const fault of active) {
    if (fault.kind === "latency") latencyMs += fault.delayMs + random() * (fault.jitterMs ?? 0);
    if (fault.kind === "bandwidth")
      passingMs = Math.max(passingMs, (bytes / fault.bytesPerSecond) * 1_000);
  }
  return { latencyMs, passingMs };
}

/** The bytes as a corrupting range leaves them; the same memory where none does. */
export function corrupted(piece: Uint8Array, active: readonly RangeFault[]): Uint8Array {
  let changed = piece;
  for (const fault of active) {
    if (fault.kind === "corrupt") changed = changed.map((byte) => byte ^ (fault.mask ?? 0xff));
  }
  return changed;
}
