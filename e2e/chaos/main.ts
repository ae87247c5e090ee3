import { parseArgs } from "node:util";
import { formatChaos, problemsOf } from "./report.ts";
import { runChaos } from "./run-chaos.ts";

const { values } = parseArgs({
  options: {
    records: { type: "string", default: "2000000" },
    seed: { type: "string", default: "20260117" },
    "min-faults": { type: "string", default: "20000" },
  },
});
const records = Number(values.records);
const seed = Number(values.seed);
process.stdout.write(`chaos: ${records} records, seed ${seed}\n`);
const run = await runChaos(records, seed);
process.stdout.write(`${formatChaos(run)}\n`);
const faults = Object.values(run.faults).reduce((sum, count) => sum + count, 0);
const isEnough = faults >= Number(values["min-faults"]);
if (!isEnough) process.stdout.write(`expected ${values["min-faults"]} faults, found ${faults}\n`);
process.exitCode = problemsOf(run).length === 0 && isEnough ? 0 : 1;
