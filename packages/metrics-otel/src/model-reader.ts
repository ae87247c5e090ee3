import type { Attributes, BatchObservableResult } from "@opentelemetry/api";
import type { ModelStats, TelemetrySubject } from "@nereid/core";
import { levelsOf, type Level } from "./gauges.ts";
import type { Instruments } from "./instruments.ts";
import { metrics } from "./metrics.ts";
import { modelAttributes } from "./model-attributes.ts";
import { createServerReader } from "./server-reader.ts";
import { totalsOf, type Total } from "./totals.ts";
import type { ModelMetrics } from "./model-metrics.ts";

/** Everything that is measured when it is asked for, and costs requests nothing. */
export interface ModelReaders {
  add(subject: TelemetrySubject, measured: Measured): ModelReader;
}

/** What is read beside a model's own statistics. */
type Measured = Pick<ModelMetrics, "traffic" | "flush">;

/** One model among them. */
export interface ModelReader {
  /** Counts what its servers say, where they are asked. */
  askServers(): Promise<void>;
  /** Counts what has happened since the last reading, and tells the gauges as of now. */
  read(): readonly Level[];
  /** Counts the rest; forgets the model when nothing of it is under way any more. */
  remove(): void;
}

/**
 * Reads models whenever metrics are read. Counters are brought up to date by what was added since, so
 * that two models of one name add up, and a model that is closed leaves its counts.
 */
export function createModelReaders(
  instruments: Instruments,
  serverStatistics: boolean,
): ModelReaders {
  const readers = new Set<ModelReader>();
  // An SDK repeats the last value of what is no longer told, so closed models are told to have nothing.
  const gone = new Map<string, Level>();
  instruments.onRead(async (result) => {
    // First: the question itself goes through a model's pool, and is answered when those before it are.
    const levels = new Map([...readers].map((reader) => [reader, reader.read()]));
    await Promise.all([...readers].map((reader) => reader.askServers()));
    for (const reader of readers) reader.read();
    const found = [...levels].flatMap(([reader, told]) => (readers.has(reader) ? told : []));
    observe(instruments, result, [...gone.values(), ...found]);
  });
  return {
    add(subject, measured) {
      const attributes = modelAttributes(subject);
      const counted = new Map<string, number>();
      let isRemoved = false;
      const count = (stats: ModelStats): void => {
        measured.flush();
        const totals = totalsOf(stats, measured.traffic, attributes, subject.servers);
        for (const [key, { metric, ...total }] of added(totals)) {
          const more = total.value - (counted.get(key) ?? 0);
          if (more === 0 && counted.has(key)) continue;
          counted.set(key, total.value);
          instruments.counter(metric).add(more, total.attributes);
          instruments.repeating(metric)?.add(more, attributes);
        }
      };
      const reader: ModelReader = {
        askServers: serverStatistics
          ? createServerReader(instruments, subject)
          : async () => undefined,
        read() {
          // What fails to tell of itself, such as a model that was never made, holds up no other.
          try {
            const stats = subject.stats();
            count(stats);
            if (!isRemoved) return levelsOf(stats, attributes, subject.servers);
            // A server may answer after a model was closed by force.
            if (stats.inFlight === 0) readers.delete(reader);
          } catch {
            if (isRemoved) readers.delete(reader);
          }
          return [];
        },
        remove() {
          for (const level of reader.read()) {
            gone.set(seriesKey(level.metric, level.attributes), { ...level, value: atRest(level) });
          }
          isRemoved = true;
          reader.read();
        },
      };
      readers.add(reader);
      return reader;
    },
  };
}

/** Endpoints that differ in their paths alone are one series. */
function added(totals: readonly Total[]): ReadonlyMap<string, Total> {
  return merged(totals, (before, { value }) => before + value);
}

/** Of series that several share, numbers of things are added up, and of all else the worst is told. */
function observe(
  instruments: Instruments,
  result: BatchObservableResult,
  levels: readonly Level[],
): void {
  const series = merged(levels, (before, level) => {
    if (isNumberOfThings(level)) return before + level.value;
    return atRest(level) === 0 ? Math.max(before, level.value) : Math.min(before, level.value);
  });
  for (const { metric, value, attributes } of series.values()) {
    result.observe(instruments.gauge(metric), value, attributes);
  }
}

/** What a gauge tells of a model that is closed: it has nothing, and nothing is wrong with it. */
function atRest(level: Level): number {
  if (isNumberOfThings(level)) return 0;
  return ["open", "half-open"].includes(String(level.attributes["nereid.state"])) ? 0 : 1;
}

function merged<T extends Level>(
  points: readonly T[],
  merge: (before: number, point: T) => number,
): ReadonlyMap<string, T> {
  const series = new Map<string, T>();
  for (const point of points) {
    const key = seriesKey(point.metric, point.attributes);
    const before = series.get(key);
    series.set(key, before === undefined ? point : { ...point, value: merge(before.value, point) });
  }
  return series;
}

function isNumberOfThings({ metric }: Level): boolean {
  return metrics[metric].unit !== "1";
}

function seriesKey(metric: string, attributes: Attributes): string {
  return JSON.stringify([metric, attributes]);
}
