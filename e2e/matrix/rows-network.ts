import type { RangeFault } from "@nereid/testing";
import type { FaultRow, Injection } from "./fault-row.ts";
import { cutOff, late, lost, mended, stopping, unharmed, unsent, wrong } from "./expectations.ts";
import { hasFailed } from "./has-failed.ts";

/** Faults of every connection, open or new. */
const everywhere = (...faults: readonly RangeFault[]): Injection => ({
  bytes: faults,
  connections: () => faults,
});
/** Attempts that are given up after 200 ms. */
const impatient = { attemptTimeout: 200 };
const offsets = [1, 9, 20, 60, 120];

/** Faults of the network, struck by the proxy. */
export const networkRows: readonly FaultRow[] = [
  {
    id: "N1",
    what: "connections are refused until the first attempt has failed",
    inject: {
      connections: [],
      async act(controls) {
        await controls.proxy.down();
        await hasFailed(controls);
        await controls.proxy.up();
      },
      model: { maxRetries: 20, retryMaxBackoff: 50 },
    },
    expect: cutOff,
  },
  {
    id: "N1b",
    what: "connections are refused for good",
    inject: { connections: [], act: ({ proxy }) => proxy.down(), model: { stallTimeout: 500 } },
    expect: stopping(unsent, lost),
  },
  {
    id: "N9",
    what: "reset while the request is sent",
    inject: { bytes: [{ kind: "reset", direction: "up", atByte: 40 }] },
    expect: cutOff,
  },
  {
    id: "N10",
    what: "reset in place of the answer's first byte",
    inject: { bytes: [{ kind: "reset", direction: "down", atByte: 0 }] },
    expect: cutOff,
  },
  ...offsets.map((atByte): FaultRow => ({
    id: `N11@${atByte}`,
    what: `reset behind ${atByte} bytes of the answer`,
    inject: { bytes: [{ kind: "reset", direction: "down", atByte }] },
    expect: cutOff,
  })),
  ...offsets.map((atByte): FaultRow => ({
    id: `N12@${atByte}`,
    what: `orderly end behind ${atByte} bytes of the answer`,
    inject: { bytes: [{ kind: "half-close", direction: "down", atByte }] },
    expect: cutOff,
  })),
  {
    id: "N13",
    what: "the idle connection is closed as the client sends",
    inject: { bytes: [{ kind: "reset", direction: "up", atByte: 0 }] },
    expect: cutOff,
  },
  {
    id: "N14",
    what: "the peer vanishes without an end",
    inject: { bytes: [{ kind: "black-hole", direction: "down", atByte: 0 }], model: impatient },
    expect: mended(late),
  },
  {
    id: "N14b",
    what: "the requests vanish on their way",
    inject: { bytes: [{ kind: "black-hole", direction: "up", atByte: 0 }], model: impatient },
    expect: mended(late),
  },
  {
    id: "N15",
    what: "the answer drips, a byte at a time",
    inject: {
      bytes: [{ kind: "bandwidth", direction: "down", bytesPerSecond: 20 }],
      model: impatient,
    },
    expect: mended(late),
  },
  {
    id: "N16",
    what: "the peer reads nothing",
    inject: { bytes: [{ kind: "stall", direction: "up", atByte: 0 }], model: impatient },
    expect: mended(late),
  },
  {
    id: "N17",
    what: "latency of 30 ms with as much jitter, both ways",
    inject: everywhere(
      { kind: "latency", direction: "up", delayMs: 30, jitterMs: 30 },
      { kind: "latency", direction: "down", delayMs: 30, jitterMs: 30 },
    ),
    expect: { ...unharmed, events: ["latency"] },
  },
  {
    id: "N18",
    what: "a bandwidth of 10 KB/s",
    inject: everywhere({ kind: "bandwidth", direction: "up", bytesPerSecond: 10_000 }),
    expect: { ...unharmed, events: ["bandwidth"] },
  },
  {
    id: "N19",
    what: "pieces of one byte, both ways",
    inject: everywhere(
      { kind: "slice", direction: "up", maxBytes: 1 },
      { kind: "slice", direction: "down", maxBytes: 1 },
    ),
    expect: { ...unharmed, events: ["slice"] },
  },
  {
    id: "N20",
    what: "the first byte of the answer is corrupted",
    wires: ["http"],
    inject: { bytes: [{ kind: "corrupt", direction: "down", toByte: 1 }] },
    expect: mended(lost),
  },
  {
    id: "N20b",
    what: "a name in the answer's JSON is corrupted",
    wires: ["http"],
    inject: {
      http: ({ status, headers, body }) => ({
        status,
        headers,
        body: Buffer.from(body.map((byte, index) => (index === 2 ? byte ^ 0x01 : byte))),
      }),
    },
    expect: { attempts: [wrong], retried: false, outcome: { failed: "some", code: "decode" } },
  },
  {
    id: "N21",
    what: "the link flaps while records are under way",
    inject: {
      async act({ proxy }) {
        for (let flap = 0; flap < 10; flap += 1) {
          await proxy.down();
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
          await proxy.up();
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
        }
      },
      model: { maxRetries: 100, retryMaxBackoff: 20 },
    },
    expect: cutOff,
  },
  {
    id: "N22",
    what: "every other new connection is reset",
    inject: {
      connections: ({ index }) => (index % 2 === 0 ? [{ kind: "refuse" }] : []),
      model: { maxRetries: 20 },
    },
    expect: { ...cutOff, events: ["refuse"] },
  },
  {
    id: "N22b",
    what: "new connections are accepted and closed at once",
    inject: {
      connections: ({ index }) => (index < 3 ? [{ kind: "accept-and-close" }] : []),
      model: { maxRetries: 20, retryMaxBackoff: 200 },
    },
    expect: { ...cutOff, events: ["accept-and-close"] },
  },
  {
    id: "N25",
    what: "more batches than the pool has sockets",
    wires: ["http"],
    inject: { model: { batchSize: 1, maxInFlight: 64 } },
    expect: unharmed,
  },
];
