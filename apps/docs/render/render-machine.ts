import type { RunFacts } from "@nereid/bench/report/machine.ts";

/** Where and with what a run was made, as a list. */
export function renderMachine(run: RunFacts): string {
  const versions = Object.entries({ Node: run.node, ...run.versions });
  const places = run.isPinned ? "one for the client, one for the servers" : "not pinned";
  return [
    `- ${run.date.slice(0, 16).replace("T", " ")} UTC, commit \`${run.commit}\``,
    `- ${run.cpu}, ${run.cores} cores: ${places}`,
    `- ${versions.map(([name, version]) => `${name} ${version}`).join(", ")}`,
    ...(run.effort < 1 ? [`- A short run: ${run.effort} of the usual time for each figure`] : []),
  ].join("\n");
}
