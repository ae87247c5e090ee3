import { describe, expect, it } from "vitest";
import type { LayerEvent } from "../layers/observe.ts";
import type { Telemetry, TelemetrySubject } from "../layers/telemetry.ts";
import type { Layer } from "../transport/layer.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

/** Writes down what it is told. */
function createRecorder() {
  const seen: string[] = [];
  const events: LayerEvent[] = [];
  const subjects: TelemetrySubject[] = [];
  let records = 0;
  const note =
    (position: string): Layer =>
    (next) =>
    (request, call) => {
      seen.push(`${position} ${call.attempt} of ${String(call.origins)}`);
      return next(request, call);
    };
  const telemetry: Telemetry = {
    open(subject) {
      subjects.push(subject);
      return {
        call: note("call"),
        attempt: note("attempt"),
        observe: (event) => events.push(event),
        origin: () => `record ${(records += 1)}`,
        close: () => seen.push("closed"),
      };
    },
  };
  return { seen, events, subjects, telemetry };
}

describe("telemetry", () => {
  it("sees the call once and each attempt, knows where a batch's records come from, and is closed", async () => {
    const { seen, events, subjects, telemetry } = createRecorder();
    const transport = createDoubleTransport();
    const model = await createModel({
      transport,
      model: "double",
      telemetry,
      batchSize: 4,
      maxRetries: 0,
      clock: createVirtualClock(),
    });
    expect(subjects[0]).toMatchObject({ model: { name: "double" }, transport: "double" });
    await Promise.all([model.predict({ x: 1 }), model.predict({ x: 2 })]);
    await expect(model.predict({ x: -1 })).rejects.toThrow("raised");
    await model.close();
    expect(seen).toEqual([
      "call 1 of record 1,record 2",
      "attempt 1 of record 1,record 2",
      "call 1 of record 3",
      "attempt 1 of record 3",
      "closed",
    ]);
    expect(events).toContainEqual({ type: "batch", rows: 2, bytes: 8, waitMs: 0 });
    expect(events.map(({ type }) => type)).not.toContain("attempt");
  });

  it.each([
    ["default row does not fit", { defaultValue: { y: "no number" } }],
    ["warm-up fails", { warmup: { x: -1 } }],
  ])("is closed, and health is not checked any more, when a model's %s", async (_, more) => {
    const { seen, telemetry } = createRecorder();
    const clock = createVirtualClock();
    const transport = createDoubleTransport();
    let checks = 0;
    const ready = async (): Promise<boolean> => (checks += 1) > 0;
    await expect(
      createModel({
        transport: { ...transport, ready },
        model: "double",
        telemetry,
        clock,
        healthCheckEnabled: true,
        maxRetries: 0,
        ...more,
      }),
    ).rejects.toThrow();
    expect(seen.at(-1)).toBe("closed");
    const before = checks;
    await clock.advance(120_000);
    expect(checks).toBe(before);
  });

  it("keeps no transport open when it cannot be closed", async () => {
    const { telemetry } = createRecorder();
    const transport = createDoubleTransport();
    let isClosed = false;
    const model = await createModel({
      transport: { ...transport, close: async () => void (isClosed = true) },
      model: "double",
      telemetry: {
        open: (subject) => ({
          ...telemetry.open(subject),
          close() {
            throw new Error("an exporter that fails");
          },
        }),
      },
    });
    await expect(model.close()).rejects.toThrow("exporter");
    expect(isClosed).toBe(true);
  });

  it("tells how long the first record of a batch waited", async () => {
    const { events, telemetry } = createRecorder();
    const clock = createVirtualClock();
    await using model = await createModel({
      transport: createDoubleTransport(),
      model: "double",
      telemetry,
      batchSize: 4,
      batchTimeout: 20,
      clock,
      endOfTurn: queueMicrotask,
    });
    const row = model.predict({ x: 1 });
    await clock.advance(15);
    const other = model.predict({ x: 2 });
    await clock.advance(5);
    await Promise.all([row, other]);
    expect(events).toContainEqual({ type: "batch", rows: 2, bytes: 8, waitMs: 20 });
  });
});

describe("model.stats", () => {
  it("tells what was done, what is under way and what is left", async () => {
    const transport = createDoubleTransport();
    await using model = await createModel({
      transport,
      model: "double",
      maxRetries: 0,
      circuitBreakerEnabled: true,
      maxInFlight: 1,
    });
    await model.predict({ x: 1 });
    await expect(model.predict({ x: -1 })).rejects.toThrow("raised");
    let open = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      transport.gate = () => {
        resolve();
        return new Promise((onOpen) => (open = onOpen));
      };
    });
    const held = [model.predict({ x: 2 }), model.predict({ x: 3 })];
    await reached;
    expect(model.stats()).toMatchObject({
      requests: { started: 3, succeeded: 1, failed: { internal: 1 } },
      records: { ok: 1, failed: { internal: 1 } },
      attempts: 3,
      inFlight: 1,
      maxInFlight: 1,
      batchesUnderWay: 1,
      recordsWaiting: 1,
      retryBudgetLeft: 1,
      sequencesAlive: 0,
      endpoints: [{ circuit: "closed", openings: 0, ready: undefined }],
      pool: undefined,
    });
    transport.gate = async () => undefined;
    open();
    await Promise.all(held);
    // The batch is over behind the last of its records.
    await new Promise((resolve) => setImmediate(resolve));
    expect(model.stats()).toMatchObject({ inFlight: 0, recordsWaiting: 0, batchesUnderWay: 0 });
    expect(model.stats().latencyMs.count).toBe(4);
  });
});
