import type {
  BatchObservableCallback,
  Counter,
  Histogram,
  Meter,
  ObservableGauge,
} from "@opentelemetry/api";
import type { MetricName } from "./metric-name.ts";
import { metrics } from "./metrics.ts";

/** The instruments of the table, each made once. */
export interface Instruments {
  /** @throws RangeError when the table has none of this name and kind */
  counter(name: MetricName): Counter;
  /** @throws RangeError when the table has none of this name and kind */
  gauge(name: MetricName): ObservableGauge;
  /** @throws RangeError when the table has none of this name and kind */
  histogram(name: MetricName): Histogram;
  /** The counter that repeats this one under Flink's name, when there is one. */
  repeating(name: MetricName): Counter | undefined;
  /** Repeats `nereid.latency` in milliseconds, when asked to. */
  readonly flinkLatency: Histogram | undefined;
  /** Calls back whenever the gauges are read. */
  onRead(callback: BatchObservableCallback): void;
}

/** Makes every instrument of the table; those under Flink's names only when asked to. */
export function createInstruments(meter: Meter, flinkNames: boolean): Instruments {
  const repeating = new Map<MetricName, Counter>();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, ObservableGauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, unit, meaning, buckets, repeats }] of Object.entries(metrics)) {
    if (repeats !== undefined && !flinkNames) continue;
    const options = { unit, description: meaning };
    if (kind === "counter") {
      const counter = meter.createCounter(name, options);
      counters.set(name, counter);
      if (repeats !== undefined) repeating.set(repeats, counter);
    } else if (kind === "gauge") gauges.set(name, meter.createObservableGauge(name, options));
    else {
      const advice = buckets === undefined ? {} : { explicitBucketBoundaries: [...buckets] };
      histograms.set(name, meter.createHistogram(name, { ...options, advice }));
    }
  }
  return {
    counter: (name) => find(counters, name),
    repeating: (name) => repeating.get(name),
    flinkLatency: histograms.get("latency"),
    gauge: (name) => find(gauges, name),
    histogram: (name) => find(histograms, name),
    onRead: (callback) => meter.addBatchObservableCallback(callback, [...gauges.values()]),
  };
}

function find<T>(instruments: ReadonlyMap<string, T>, name: MetricName): T {
  const instrument = instruments.get(name);
  if (instrument !== undefined) return instrument;
  throw new RangeError(`metric "${name}": expected another kind, found it as it is in the table`);
}
