import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { whileEdited } from "./edit-file.ts";
import type { Proof } from "./proof.ts";
import { proofs } from "./proofs.ts";

// Switches each mechanism off, one after the other, and runs the test that must fail without it.

const root = fileURLToPath(new URL("../..", import.meta.url));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

const longestRunMs = 180_000;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the tests of one promise in a file. */
async function runTests({ promise, test }: Proof): Promise<Outcome> {
  const home = test.file.split("/").slice(0, 2).join("/");
  const file = test.file.slice(home.length + 1);
  const folder = mkdtempSync(`${tmpdir()}/nereid-promises-`);
  const report = `${folder}/report.json`;
  const args = ["run", file, "-t", `${promise}: `, "--testTimeout=10000", "--reporter=json"];
  const options = { cwd: `${root}${home}`, timeout: longestRunMs };
  try {
    await new Promise<void>((resolve) => {
      const vitest = `${root}node_modules/.bin/vitest`;
      // A test that fails ends it with an error, which is what is wanted.
      execFile(vitest, [...args, `--outputFile=${report}`], options, () => resolve());
    });
    return readOutcome(report);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readOutcome(path: string): Outcome {
  if (!existsSync(path)) return { passed: 0, failed: 0 };
  const report: { numPassedTests?: unknown; numFailedTests?: unknown } = JSON.parse(
    readFileSync(path, "utf8"),
  );
  return { passed: Number(report.numPassedTests ?? 0), failed: Number(report.numFailedTests ?? 0) };
}

const wanted = new Set(process.argv.slice(2));
say("| promise | mechanism | without it | tests that fail |");
say("| --- | --- | --- | ---: |");
for (const proof of proofs) {
  if (wanted.size > 0 && !wanted.has(proof.promise)) continue;
  const run = (): Promise<Outcome> => runTests(proof);
  const { failed, passed } = await whileEdited(`${root}${proof.mechanism}`, proof.edits, run);
  if (failed === 0) process.exitCode = 1;
  const result = failed > 0 ? `${failed} of ${failed + passed}` : "**none**";
  say(`| ${proof.promise} | ${proof.mechanism} | ${proof.without} | ${result} |`);
}
