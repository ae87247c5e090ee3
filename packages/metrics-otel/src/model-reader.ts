import type { Attributes, BatchObservableResult } from "@opentelemetry/api";
import type { TelemetrySubject } from "@nereid/core";
import { levelsOf, type Level } from "./gauges.ts";
import type { Instruments } from "./instruments.ts";
import { metrics } from "./metrics.ts";
import { modelAttributes } from "./model-attributes.ts";
import { createServerReader } from "./server-reader.ts";
import { totalsOf } from "./totals.ts";
import type { ModelMetrics } from "./model-metrics.ts";

/** Everything that is measured when it is asked for, and costs requests nothing. */
export interface ModelReaders {
  add(subject: TelemetrySubject, measured: Measured): ModelReader;
}

/** What is read beside a model's own statistics. */
type Measured = Pick<ModelMetrics, "traffic" | "flush">;

/** One model among them. */
export interface ModelReader {
  /** Counts what has happened since the last reading. */
  count(): void;
  /** Counts what its servers say, where they are asked. */
  askServers(): Promise<void>;
  levels(): readonly Level[];
  /** Counts the rest and forgets the model. */
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
    await Promise.all([...readers].map((reader) => reader.askServers()));
    for (const reader of readers) reader.count();
    const levels = [...readers].flatMap((reader) => reader.levels());
    observe(instruments, result, [...gone.values(), ...levels]);
  });
  return {
    add(subject, measured) {
      const attributes = modelAttributes(subject);
      const counted = new Map<string, number>();
      const reader: ModelReader = {
        askServers: serverStatistics
          ? createServerReader(instruments, subject)
          : async () => undefined,
        count() {
          measured.flush();
          for (const { metric, ...total } of totalsOf(
            subject.stats(),
            measured.traffic,
            attributes,
            subject.servers,
          )) {
            const key = seriesKey(metric, total.attributes);
            const more = total.value - (counted.get(key) ?? 0);
            if (more === 0 && counted.has(key)) continue;
            counted.set(key, total.value);
            instruments.counter(metric).add(more, total.attributes);
            instruments.repeating(metric)?.add(more, attributes);
          }
        },
        levels: () => levelsOf(subject.stats(), attributes, subject.servers),
        remove() {
          reader.count();
          readers.delete(reader);
          for (const level of reader.levels()) {
            if (!isNumberOfThings(level)) continue;
            gone.set(seriesKey(level.metric, level.attributes), { ...level, value: 0 });
          }
        },
      };
      readers.add(reader);
      return reader;
    },
  };
}

/** Of series that several models share, numbers of things are added up and the others are told once. */
function observe(
  instruments: Instruments,
  result: BatchObservableResult,
  levels: readonly Level[],
): void {
  const series = new Map<string, Level>();
  for (const level of levels) {
    const key = seriesKey(level.metric, level.attributes);
    const before = isNumberOfThings(level) ? (series.get(key)?.value ?? 0) : 0;
    series.set(key, { ...level, value: before + level.value });
  }
  for (const { metric, value, attributes } of series.values()) {
    result.observe(instruments.gauge(metric), value, attributes);
  }
}

function isNumberOfThings({ metric }: Level): boolean {
  return metrics[metric].unit !== "1";
}

function seriesKey(metric: string, attributes: Attributes): string {
  return JSON.stringify([metric, attributes]);
}
