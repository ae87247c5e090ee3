import type { Attributes } from "@opentelemetry/api";
import type { ModelStatistics, TelemetrySubject } from "@nereid/core";
import { serverAttributes } from "./conventions.ts";
import type { Instruments } from "./instruments.ts";
import { modelAttributes } from "./model-attributes.ts";

/** How long a server is waited for, so that one that hangs holds up no other metric for long. */
const patienceMs = 2000;

const phases = {
  queue: ["queue"],
  compute: ["compute_input", "compute_infer", "compute_output"],
} as const;

interface Counted {
  readonly requests: number;
  readonly seconds: Readonly<Record<keyof typeof phases, number>>;
}

/**
 * Counts what a model's servers say of their own work, each time that it is called. The first answer of
 * a server is where counting starts; one that does not answer has nothing counted.
 */
export function createServerReader(
  instruments: Instruments,
  { serverStatistics, ...subject }: TelemetrySubject,
): () => Promise<void> {
  if (serverStatistics === undefined) return async () => undefined;
  const requests = instruments.counter("nereid.server.requests");
  const time = instruments.counter("nereid.server.time");
  const before = new Map<string, Counted>();

  const add = (counted: Counted, last: Counted, attributes: Attributes): void => {
    requests.add(counted.requests - last.requests, attributes);
    for (const phase of ["queue", "compute"] as const) {
      const more = counted.seconds[phase] - last.seconds[phase];
      time.add(Math.max(0, more), { ...attributes, "nereid.phase": phase });
    }
  };
  const read = async (endpoint: string): Promise<void> => {
    const controller = new AbortController();
    const cancel = subject.clock.setTimer(
      () => controller.abort(new Error("no statistics in time")),
      patienceMs,
    );
    try {
      const counted = countedBy(await serverStatistics(endpoint, controller.signal));
      const last = before.get(endpoint);
      before.set(endpoint, counted);
      // A server that was started again counts from zero.
      const isRestarted = last !== undefined && counted.requests < last.requests;
      const attributes = {
        ...modelAttributes(subject),
        ...serverAttributes(subject.servers, endpoint),
      };
      add(counted, isRestarted ? nothing : (last ?? counted), attributes);
    } catch {
      // Not every server has statistics, and none has them while it is away.
    } finally {
      cancel();
    }
  };
  let reading: Promise<unknown> | undefined;
  return async () => {
    // Two readers share an answer: one that is overtaken by a later one would look like a restart.
    reading ??= Promise.all(subject.servers.map(({ endpoint }) => read(endpoint))).finally(() => {
      reading = undefined;
    });
    await reading;
  };
}

const nothing: Counted = { requests: 0, seconds: { queue: 0, compute: 0 } };

function countedBy(versions: readonly ModelStatistics[]): Counted {
  const sum = (name: string, part: "count" | "ns"): number =>
    versions.reduce((total, { durations }) => total + Number(durations[name]?.[part] ?? 0n), 0);
  const seconds = (names: readonly string[]): number =>
    names.reduce((total, name) => total + sum(name, "ns"), 0) / 1e9;
  return {
    requests: sum("success", "count") + sum("fail", "count"),
    seconds: { queue: seconds(phases.queue), compute: seconds(phases.compute) },
  };
}
