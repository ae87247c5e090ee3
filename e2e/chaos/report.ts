import type { ChaosRun } from "./run-chaos.ts";

/** What is wrong with a run; empty when nothing is. */
export function problemsOf({
  legs,
  withoutEffect,
  unhandled,
  leaked,
}: ChaosRun): readonly string[] {
  return [
    ...legs.flatMap(({ name, report, failed, failures }) =>
      report.isExact && failed === 0
        ? []
        : [`${name}: ${JSON.stringify(report)}, ${failed} failed: ${failures.join("; ")}`],
    ),
    ...(withoutEffect === 0 ? [] : [`${withoutEffect} records have a row and took no effect`]),
    ...unhandled.map((text) => `unhandled rejection: ${text}`),
    ...(leaked.length === 0 ? [] : [`leaked: ${leaked.join()}`]),
  ];
}

/** A run as lines of text. */
export function formatChaos(run: ChaosRun): string {
  const { legs, faults, repeated, elapsedMs } = run;
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  const problems = problemsOf(run);
  return [
    ...legs.map(
      ({ name, report: { sent, outcomes, lost, doubled, reordered, mismatched }, failed }) =>
        `${name}: ${sent} sent, ${outcomes} outcomes, ${lost.count} lost, ${doubled.count} doubled, ${reordered.count} reordered, ${mismatched.count} mismatched, ${failed} failed`,
    ),
    `${total} faults: ${Object.entries(faults)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", ")}`,
    `${repeated} records took effect more than once, and have one row each`,
    `${(elapsedMs / 1_000).toFixed(1)} s`,
    ...(problems.length === 0 ? ["nothing lost, doubled, reordered or leaked"] : problems),
  ].join("\n");
}
