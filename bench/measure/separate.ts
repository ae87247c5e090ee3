import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { shuffled } from "./statistics.ts";

/** What a client prints as one JSON line when it ends. */
export interface Measured {
  readonly n: number;
  readonly errors: number;
  /** CPU microseconds of the whole process for each one of `n`. */
  readonly cpu_us: number;
  readonly rps: number;
}

/** A client that is a process of its own. */
export interface Competitor {
  readonly name: string;
  readonly command: readonly string[];
}

/** A client that takes longer than this has hung. */
const mostMs = 60_000;

/**
 * Runs every client once in each round, in an order of its own, so that what the machine does meanwhile
 * hits all of them.
 *
 * @returns for each round, what each client did
 * @throws Error for a client that failed, or that counted errors
 */
export async function runRounds(
  competitors: readonly Competitor[],
  rounds: number,
  random: () => number,
): Promise<readonly ReadonlyMap<string, Measured>[]> {
  const results: Map<string, Measured>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const result = new Map<string, Measured>();
    for (const { name, command } of shuffled(competitors, random)) {
      result.set(name, await runOnce(name, command));
    }
    results.push(result);
  }
  return results;
}

async function runOnce(name: string, command: readonly string[]): Promise<Measured> {
  const [file = "", ...args] = command;
  const { stdout } = await promisify(execFile)(file, args, { timeout: mostMs });
  const line = stdout.split("\n").find((one) => one.startsWith("{"));
  if (line === undefined) throw new Error(`${name}: expected a line of JSON, found none`);
  const measured: Measured = JSON.parse(line);
  if (measured.errors > 0 || !(measured.n > 0)) {
    throw new Error(`${name}: ${measured.errors} of ${measured.n} requests failed`);
  }
  return measured;
}
