import { SequenceError, type KeyedSequences } from "@nereid/core";
import { describe, expect, it } from "vitest";
import { auditChaos, auditLedger, auditSilence } from "./sequence-audit.fixture.ts";
import {
  createChaosModel,
  runKeyedChaos,
  untilDone,
  type Visit,
} from "./sequence-chaos.fixture.ts";
import { faultRates } from "./sequence-faults.fixture.ts";
import { nextHash } from "./sequence-oracle.fixture.ts";

const seed = 20_260_117;
/** Far above what it takes: a busy machine is no failure. */
const patienceMs = 60_000;

const settings: readonly (readonly [string, Partial<KeyedSequences<Visit>>])[] = [
  ["fail the rest of a key", { onLost: "fail" }],
  ["replay what they kept", { onLost: "restart", keepSteps: 30 }],
];

describe(`keyed sequences under chaos, seed ${seed}`, () => {
  it.each(settings)(
    "that %s: each ended one has the right hash, each broken one was told, no step ran twice",
    async (_what, sequence) => {
      const chaos = await runKeyedChaos(seed, 12_000, sequence);
      expect(auditChaos(chaos)).toEqual([]);
      // Chaos that did not happen would prove nothing.
      expect([...chaos.server.injected.keys()].sort()).toEqual(Object.keys(faultRates).sort());
      expect(chaos.server.steps()).toBeGreaterThan(8000);
      const ends = chaos.events.filter(({ kind }) => kind === "ended");
      expect(new Set(ends.map(({ cause }) => cause))).toEqual(
        new Set(["last", "idle", "drain", "evicted"]),
      );
    },
    patienceMs,
  );

  it(
    "are reported with the step that broke them, and never begin anew by themselves",
    async () => {
      const kept = { onLost: "fail", maxLive: 1000, idleMs: 1_000_000 } as const;
      const { outcomes, events } = await runKeyedChaos(seed + 1, 3000, kept);
      expect(auditSilence(outcomes)).toEqual([]);
      const breaking = outcomes.filter(
        (one) =>
          one.outcome === "failed" &&
          one.error instanceof SequenceError &&
          one.error.cause !== undefined,
      );
      expect(breaking).toHaveLength(events.filter(({ kind }) => kind === "lost").length);
    },
    patienceMs,
  );

  it(
    "go the same way twice",
    async () => {
      const once = async () => {
        const { outcomes, events } = await runKeyedChaos(seed + 2, 1500, { onLost: "restart" });
        return [
          outcomes.map((one) => (one.outcome === "ok" ? one.row.HASH : one.outcome)),
          events.map(({ kind, key, cause }) => [kind, key, cause]),
        ];
      };
      expect(await once()).toEqual(await once());
    },
    patienceMs,
  );
});

describe(`model.sequence under chaos, seed ${seed}`, () => {
  it(
    "ends with the hash that its caller computed, or is lost for good",
    async () => {
      const { clock, random, server, model } = await createChaosModel(seed);
      let value = 0;
      const states = new Map<string, number>();
      const talk = async (): Promise<void> => {
        const conversation = model.sequence();
        const applied: number[] = [];
        let hash = 0;
        const count = 1 + Math.floor(random() * 30);
        for (let step = 1; step <= count; step += 1) {
          value += 1;
          const X = value;
          try {
            const { HASH } = await conversation.predict({ X }, { end: step === count });
            applied.push(X);
            hash = nextHash(hash, X);
            expect(HASH).toBe(hash);
          } catch (error) {
            // Whatever else goes wrong left the sequence as it was.
            const isBroken = error instanceof SequenceError;
            expect(conversation.state === "lost").toBe(isBroken);
          }
        }
        states.set(conversation.state, (states.get(conversation.state) ?? 0) + 1);
        const truth = server.ledger.get(conversation.id);
        if (conversation.state === "ended") expect(truth).toMatchObject({ applied, hash });
        expect(truth?.ended === true && conversation.state === "open").toBe(false);
      };
      const talkOnAndOn = async (): Promise<void> => {
        for (let talks = 0; talks < 25; talks += 1) await talk();
      };
      await untilDone(clock, Promise.all(Array.from({ length: 20 }, talkOnAndOn)));
      expect(auditLedger(server.ledger)).toEqual([]);
      expect(states.get("ended")).toBeGreaterThan(200);
      expect(states.get("lost")).toBeGreaterThan(100);
    },
    patienceMs,
  );
});
