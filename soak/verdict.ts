import type { Held, Sample } from "./sample.ts";

/** What a run is judged by. */
export interface Evidence {
  readonly samples: readonly Sample[];
  /** Before the first model was opened, and after the last was closed. */
  readonly before: Held;
  readonly after: Held;
  /** Rows with a wrong value, in a wrong place, or failed. */
  readonly badRows: number;
}

/** Whether memory and handles stay as they are, however long it runs. */
export interface Verdict {
  /** Slope of heap and external memory, compiled code apart, after the warm-up, in MiB for each minute. */
  readonly slopeMib: number | undefined;
  /** Nothing: the run was flat. */
  readonly complaints: readonly string[];
}

/** In this share of a run, pools fill and what V8 notes of each function is written. */
const warmUpShare = 0.25;
const fewestSamples = 5;
const steepestMib = 0.1;

/** Judges a run. */
export function judge(evidence: Evidence): Verdict {
  const { samples, before, after } = evidence;
  const complaints: string[] = [];
  const warm = samples.slice(Math.floor(samples.length * warmUpShare));
  const slopeMib = warm.length < fewestSamples ? undefined : slopeOf(warm);
  if (slopeMib === undefined) {
    complaints.push(`expected ${fewestSamples} samples after the warm-up, found ${warm.length}`);
  } else if (slopeMib > steepestMib) {
    complaints.push(`memory grows by ${slopeMib.toFixed(3)} MiB each minute`);
  }
  if (new Set(warm.map(({ held }) => held.listeners)).size > 1) {
    complaints.push("the number of listeners changes while the streams stay the same");
  }
  for (const kind of ["handles", "descriptors", "listeners"] as const) {
    if (after[kind] === before[kind]) continue;
    complaints.push(`${before[kind]} ${kind} before, ${after[kind]} after everything is closed`);
  }
  if (evidence.badRows > 0) complaints.push(`${evidence.badRows} rows failed or were not theirs`);
  return { slopeMib, complaints };
}

/** The line through the samples with the least squares. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const memory = ({ heapMib, externalMib }: Sample): number => heapMib + externalMib;
  const middle = mean(({ minutes }) => minutes);
  const level = mean(memory);
  const spread = mean(({ minutes }) => (minutes - middle) ** 2);
  return mean((sample) => (sample.minutes - middle) * (memory(sample) - level)) / spread;
}
