import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConnectionPool } from "./connection-pool.ts";
import { createPoolRegistry, type PoolLease } from "./pool-registry.ts";

interface FakePool extends ConnectionPool {
  closed: number;
}

function createFakePool(): FakePool {
  const pool: FakePool = {
    closed: 0,
    stats: { idle: 1, active: 2, queued: 3, total: 3 },
    send: (_request, _signal, { reject }) => reject(new Error("not asked for")),
    open: () => Promise.reject(new Error("not asked for")),
    async close() {
      pool.closed += 1;
    },
  };
  return pool;
}

const clock = {
  now: () => 0,
  timers: 0,
  setTimer() {
    clock.timers += 1;
    return () => void (clock.timers -= 1);
  },
};

type Step =
  | { readonly kind: "lease"; readonly key: string }
  | { readonly kind: "release"; readonly which: number };

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("lease" as const), key: fc.constantFrom("a", "b", "c") }),
    fc.record({ kind: fc.constant("release" as const), which: fc.nat(9) }),
  ),
  { maxLength: 60 },
);

describe("a registry of pools", () => {
  it("P14: has one pool for each key that is held, and closes it with the last release", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script: readonly Step[]) => {
        const registry = createPoolRegistry();
        const held: { readonly key: string; readonly lease: PoolLease }[] = [];
        /** The model: who holds which pool. */
        const pools = new Map<string, FakePool>();
        for (const step of script) {
          if (step.kind === "lease") {
            const known = pools.get(step.key);
            const lease = registry.lease(step.key, () => {
              expect(known).toBeUndefined();
              const pool = createFakePool();
              pools.set(step.key, pool);
              return pool;
            });
            expect(lease.pool).toBe(pools.get(step.key));
            held.push({ key: step.key, lease });
            continue;
          }
          const [left] = held.splice(step.which % Math.max(1, held.length), 1);
          if (left === undefined) continue;
          await left.lease.release();
          await left.lease.release();
          const isLast = !held.some(({ key }) => key === left.key);
          expect(pools.get(left.key)?.closed).toBe(isLast ? 1 : 0);
          if (isLast) pools.delete(left.key);
        }
        expect(registry.size).toBe(pools.size);
      }),
    );
  });

  it("gives a new pool to who comes while the last one closes", async () => {
    const registry = createPoolRegistry();
    const first = registry.lease("a", createFakePool);
    const closing = first.release();
    const second = registry.lease("a", createFakePool);
    await closing;
    expect(second.pool).not.toBe(first.pool);
    expect(registry.size).toBe(1);
  });

  it("keeps a pool without a key for its one user", async () => {
    const registry = createPoolRegistry();
    const [one, other] = [1, 2].map(() => registry.lease(undefined, createFakePool));
    expect(one?.pool).not.toBe(other?.pool);
    expect(registry.size).toBe(0);
  });

  it("writes a pool's statistics once for each log, until the last who asked has left", async () => {
    const registry = createPoolRegistry();
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    const leases = [1, 2, 3].map(() => registry.lease("a", createFakePool));
    for (const lease of leases) lease.monitor(log, clock);
    expect(lines).toEqual(["Connection Pool Stats - Idle: 1, Active: 2, Queued: 3, Total: 3"]);
    for (const lease of leases) {
      expect(clock.timers).toBe(1);
      await lease.release();
    }
    expect(clock.timers).toBe(0);
  });

  it("leaves nothing behind when a pool cannot be made", () => {
    const registry = createPoolRegistry();
    const fail = (): never => {
      throw new Error("no such certificate");
    };
    expect(() => registry.lease("a", fail)).toThrow("no such certificate");
    expect(registry.size).toBe(0);
  });
});
