import type { FaultScript, GrpcFault } from "@nereid/testing";

/** What the server of a chaos run is told: faults off, faults on, or to tell what happened. */
export type ChaosOrder = "calm" | "chaos" | "stop";

/** What it tells when it is ready. */
export interface ChaosAddresses {
  readonly http: string;
  readonly grpc: string;
}

/** What it tells at the end. */
export interface ChaosLedger {
  /** How often each record took effect, by its id. */
  readonly effects: Int32Array;
  /** How often each kind of fault took place. */
  readonly faults: Readonly<Record<string, number>>;
}

type Chances = readonly (readonly [chance: number, fault: GrpcFault])[];

const busy: GrpcFault = { kind: "status", status: 503, text: "Exceeds maximum queue size" };
const limited: GrpcFault = { kind: "status", status: 429, text: "Too many requests" };
const raised: GrpcFault = { kind: "status", status: 500, text: "the model raised" };

/**
 * Chances of an answer to go wrong, so that a retry mends it. The rest is right. What ends an exchange
 * without an answer splits its batch, and a record that meets it alone twice is blamed for it, so that it
 * is rare enough for none of millions to be that unlucky. What breaks a connection of gRPC strikes all that
 * share it.
 */
const chances: Readonly<Record<"http" | "grpc", Chances>> = {
  http: [
    [0.1, busy],
    [0.08, limited],
    [0.008, { kind: "reset" }],
    [0.008, { kind: "cut", afterBytes: 40 }],
    [0.004, { kind: "cut", afterBytes: 0 }],
    [0.006, { kind: "truncate", afterBytes: 40 }],
    [0.006, { kind: "garbage" }],
    [0.004, raised],
    [0.0002, { kind: "hang" }],
  ],
  grpc: [
    [0.1, busy],
    [0.08, limited],
    [0.001, { kind: "reset" }],
    [0.001, { kind: "cut", afterBytes: 40 }],
    [0.001, { kind: "cut", afterBytes: 0 }],
    [0.004, raised],
    [0.0002, { kind: "hang" }],
  ],
};

/** The fault of an answer, if any. */
export function chooseFault(wire: "http" | "grpc", random: () => number): GrpcFault | undefined {
  let at = random();
  for (const [chance, fault] of chances[wire]) {
    if (at < chance) return fault;
    at -= chance;
  }
  return undefined;
}

/** Each connection is sliced and slowed for a while, and broken after some thousand bytes. */
export function chaosScript(wire: "http" | "grpc"): FaultScript {
  const bytes = wire === "http" ? 40_000 : 400_000;
  return ({ random }) => {
    const direction = random() < 0.5 ? "up" : "down";
    const fromByte = Math.floor(random() * bytes);
    const atByte = Math.floor(random() * bytes);
    return [
      { kind: "slice", direction: "down", fromByte, toByte: fromByte + 200, maxBytes: 7 },
      {
        kind: "latency",
        direction: "up",
        fromByte,
        toByte: fromByte + 200,
        delayMs: 1,
        jitterMs: 2,
      },
      ...(wire === "http" && random() < 0.02
        ? [{ kind: "corrupt", direction: "down", toByte: 1 } as const]
        : []),
      ...(random() < 0.05 ? [{ kind: "refuse" } as const] : []),
      { kind: random() < 0.7 ? "reset" : "half-close", direction, atByte },
    ];
  };
}
