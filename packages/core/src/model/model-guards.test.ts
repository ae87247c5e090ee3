import { describe, expect, it } from "vitest";
import { ServerError, TransportError } from "../errors/errors.ts";
import type { LayerEvent } from "../layers/observe.ts";
import type { Fields } from "../record/field.ts";
import { orAborted } from "../transport/or-aborted.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel, type CreateModelOptions } from "./create-model.ts";
import type { DoubleTransport } from "./double.fixture.ts";
import { createServerTransport } from "./shared.fixture.ts";

const url = "http://server:8000/a";
const unreachable = new TransportError("refused", { delivery: "not-sent", retryable: true });
const raised = new ServerError("raised", { outcome: "internal", status: 500, serverText: "" });

/** Models on a clock of their own, each with a transport of its own. */
function createProcess() {
  const clock = createVirtualClock();
  const transports: DoubleTransport[] = [];
  const open = (endpoint = url, options: Partial<CreateModelOptions<Fields, Fields>> = {}) => {
    const transport = createServerTransport(endpoint);
    transports.push(transport);
    return createModel({ transport, model: "double", clock, random: () => 0, ...options });
  };
  const failWith = (error: Error, only = transports): void => {
    for (const transport of only) transport.gate = () => Promise.reject(error);
  };
  const asked = (): number => transports.reduce((sum, { seen }) => sum + seen.length, 0);
  return { clock, transports, open, failWith, asked };
}

const guarded = {
  circuitBreakerEnabled: true,
  circuitBreakerTimeout: "5s",
  circuitBreakerHalfOpenRequests: 1,
  maxRetries: 0,
} as const;

/** Predictions that fail, one after the other. */
async function fail(model: { predict(record: object): Promise<unknown> }, times: number) {
  const codes: unknown[] = [];
  for (let time = 0; time < times; time += 1) {
    codes.push(await model.predict({ x: 1 }).catch(({ code }: { code: unknown }) => code));
  }
  return codes;
}

describe("the retry budget of an endpoint", () => {
  it("P15: is one for a thousand models on it", async () => {
    const { clock, open, failWith, asked } = createProcess();
    const models = await Promise.all(Array.from({ length: 1000 }, () => open()));
    failWith(unreachable);
    const ended = Promise.allSettled(models.map((model) => model.predict({ x: 1 })));
    await clock.advance(5000);
    await ended;
    expect(asked()).toBeGreaterThanOrEqual(1000 + 50);
    expect(asked()).toBeLessThanOrEqual(1000 + 50 + 6);
    expect(models[999]?.stats().retryBudgetLeft).toBe(0);
    await Promise.all(models.map((model) => model.close()));
    // The last one that closed let go of it.
    const later = await open();
    expect(later.stats().retryBudgetLeft).toBe(1);
    await later.close();
  });

  it.each([
    ["another path", `${url}/b`, {}],
    ["another ratio", url, { retryBudget: 0.1 }],
  ])("is another one with %s", async (_what, endpoint, options) => {
    const { clock, open, failWith } = createProcess();
    const [one, other] = [await open(), await open(endpoint, options)];
    failWith(unreachable);
    const ended = one.predict({ x: 1 }).catch(() => undefined);
    await clock.advance(5000);
    await ended;
    expect(one.stats().retryBudgetLeft).toBeLessThan(1);
    expect(other.stats().retryBudgetLeft).toBe(1);
    await Promise.all([one.close(), other.close()]);
  });
});

describe("the circuit of an endpoint", () => {
  it("keeps all models from a server that one of them found down, and lets them come back", async () => {
    const { clock, open, failWith, asked, transports } = createProcess();
    const events: LayerEvent[] = [];
    const observe = (event: LayerEvent): void => {
      if (event.type === "circuit") events.push(event);
    };
    const [one, other] = [await open(url, guarded), await open(url, { ...guarded, observe })];
    failWith(unreachable);
    await fail(one, 5);
    expect(await fail(other, 1)).toEqual(["circuit-open"]);
    expect(asked()).toBe(5);
    expect(other.stats().endpoints).toEqual([{ circuit: "open", openings: 1, ready: undefined }]);
    for (const transport of transports) transport.gate = async () => undefined;
    await clock.advance(5000);
    await expect(one.predict({ x: 1 })).resolves.toEqual({ y: 2 });
    await expect(other.predict({ x: 1 })).resolves.toEqual({ y: 2 });
    expect(events).toEqual([
      { type: "circuit", from: "closed", to: "open", of: "endpoint" },
      { type: "circuit", from: "open", to: "half-open", of: "endpoint" },
      { type: "circuit", from: "half-open", to: "closed", of: "endpoint" },
    ]);
    await Promise.all([one.close(), other.close()]);
  });

  it("stays closed for the neighbours of a model that fails by itself", async () => {
    const { open, failWith, transports } = createProcess();
    const [one, other] = [await open(url, guarded), await open(url, guarded)];
    failWith(raised, transports.slice(0, 1));
    expect((await fail(one, 11)).at(-1)).toBe("circuit-open");
    await expect(other.predict({ x: 1 })).resolves.toEqual({ y: 2 });
    expect(one.stats().endpoints[0]?.circuit).toBe("open");
    expect(other.stats().endpoints[0]?.circuit).toBe("closed");
    await Promise.all([one.close(), other.close()]);
  });

  it("stays closed for the neighbours of a model that is slow by itself", async () => {
    const { clock, open, transports } = createProcess();
    const slow = await open(url, { ...guarded, timeout: 100 });
    const other = await open(url, guarded);
    if (transports[0])
      transports[0].gate = ({ call }) => orAborted(new Promise(() => undefined), call.signal);
    const ended = Promise.all(Array.from({ length: 12 }, () => fail(slow, 1)));
    await clock.advance(200);
    await ended;
    expect(await fail(slow, 1)).toEqual(["circuit-open"]);
    await expect(other.predict({ x: 1 })).resolves.toEqual({ y: 2 });
    await Promise.all([slow.close(), other.close()]);
  });

  it("is another one with other settings, on another server, and once nobody holds it", async () => {
    const { open, failWith } = createProcess();
    const one = await open(url, guarded);
    const strict = await open(url, { ...guarded, circuitBreakerTimeout: "6s" });
    const elsewhere = await open(`${url}/b`, guarded);
    failWith(unreachable);
    await fail(one, 5);
    expect(one.stats().endpoints[0]?.circuit).toBe("open");
    expect(strict.stats().endpoints[0]?.circuit).toBe("closed");
    expect(elsewhere.stats().endpoints[0]?.circuit).toBe("closed");
    await Promise.all([one.close(), strict.close(), elsewhere.close()]);
    const later = await open(url, guarded);
    expect(later.stats().endpoints[0]?.circuit).toBe("closed");
    await later.close();
  });

  it("is let go of by a model that could not be made", async () => {
    const { open, failWith, transports } = createProcess();
    const one = await open(url, guarded);
    failWith(unreachable);
    await fail(one, 5);
    const failing = open(url, { ...guarded, warmup: [{ x: 1 }] });
    await expect(failing).rejects.toMatchObject({ code: "circuit-open" });
    await one.close();
    expect(transports.every(({ closed }) => closed)).toBe(true);
    const later = await open(url, guarded);
    expect(later.stats().endpoints[0]?.circuit).toBe("closed");
    await later.close();
  });
});
