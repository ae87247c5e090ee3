#!/usr/bin/env node
import { nodeProblem } from "./command/node-problem.ts";

// Loaded only behind the check: what an older Node lacks would end in a stack trace of some library.
const problem = nodeProblem(process.versions.node);
if (problem === undefined) await import("./start.ts");
else {
  process.stderr.write(`nereid: ${problem}\n`);
  process.exitCode = 2;
}
