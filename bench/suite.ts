/** How a figure fared against its goal; `noisy` when its control shows that the machine was not quiet. */
export type Verdict = "pass" | "fail" | "noisy" | "skipped";

/** What a ratio has to be. */
export type Goal = { readonly most: number } | { readonly least: number };

/** One line of the report: ours beside something else, measured in the same run. */
export interface ReportRow {
  readonly suite: string;
  /** What is compared, such as "HTTP infer / bare undici dispatch". */
  readonly what: string;
  /** Size and concurrency, such as "64 B, 32 in flight". */
  readonly workload: string;
  /** Of both figures, such as "CPU µs per request" or "rows/s". */
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  /** As the goal is worded; larger is not always better. */
  readonly ratio: number;
  readonly goal?: Goal;
  /** The same ratio of something with itself; 1 on a quiet machine. */
  readonly control?: number;
  readonly verdict: Verdict;
  /** Why it was skipped, or what it costs. */
  readonly note?: string;
}

/** What a suite may ask for. */
export interface SuiteContext {
  /** A fraction of the usual slices, for the gate: 1 is a full run. */
  readonly effort: number;
  /** Told of progress, on stderr. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A group of comparisons that is run by its name. */
export interface Suite {
  readonly name: string;
  run(context: SuiteContext): AsyncIterable<ReportRow>;
}

/** True for a control of a machine that was not quiet. */
export function isOff(control: number): boolean {
  return control < 0.95 || control > 1.05;
}

/** Judges a ratio; a control outside 0.95 to 1.05 makes it noisy. */
export function judge(ratio: number, goal: Goal | undefined, control?: number): Verdict {
  if (control !== undefined && isOff(control)) return "noisy";
  if (goal === undefined) return "pass";
  return ("most" in goal ? ratio <= goal.most : ratio >= goal.least) ? "pass" : "fail";
}
