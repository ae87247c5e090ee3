import { parseArgs } from "node:util";
import { runTarget } from "./run-target.ts";
import { targets } from "./targets.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() >>> 0) },
  },
});
const seed = Number(values.seed);
const share = (Number(values.seconds) * 1000) / targets.length;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`seed ${seed}, ${values.seconds} s; the same again: pnpm fuzz --seed ${seed}`);
say("| target | runs | ms | |");
say("| --- | ---: | ---: | --- |");
let total = 0;
for (const target of targets) {
  const { runs, ms, failure } = runTarget(target, share, seed);
  total += runs;
  say(`| ${target.name} | ${runs} | ${ms.toFixed(0)} | ${failure ?? "passed"} |`);
  if (failure !== undefined) process.exitCode = 1;
}
say(`${total} runs`);
