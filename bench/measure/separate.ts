import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { mostWaiting } from "./neighbours.ts";
import type { SampleBounds } from "./paired.ts";
import { shuffled } from "./statistics.ts";

/** What a client prints as one JSON line when it ends. */
export interface Measured {
  readonly n: number;
  readonly errors: number;
  /** CPU microseconds of the whole process for each one of `n`. */
  readonly cpu_us: number;
  readonly rps: number;
  /** Share of the time in which others had its core; from clients that can tell. */
  readonly waited?: number;
}

/** A client that is a process of its own. */
export interface Competitor {
  readonly name: string;
  readonly command: readonly string[];
  /** The rounds that it takes part in. Default: all of them. */
  readonly rounds?: number;
}

/** What each client did in a round; those that sat it out are not in it. */
export type Round = ReadonlyMap<string, Measured>;

/** How rounds are held. */
export interface RoundOptions {
  readonly rounds: Pick<SampleBounds, "least" | "most">;
  readonly random: () => number;
  /** Looks at how sure the figures are, and never at what they say. */
  readonly isSure: (rounds: readonly Round[]) => boolean;
  /** Default: a process of its own, waited for. */
  readonly run?: (competitor: Competitor) => Promise<Measured>;
}

/** A client that takes longer than this has hung. */
const mostMs = 60_000;

/**
 * Runs every client once in each round, in an order of its own, so that what the machine does meanwhile
 * hits all of them. A round in which others had the core is held again, if there are quiet ones.
 *
 * @returns for each round, what each client did
 * @throws Error for a client that failed, or that counted errors
 */
export async function runRounds(
  competitors: readonly Competitor[],
  { rounds, random, isSure, run = runOnce }: RoundOptions,
): Promise<readonly Round[]> {
  const all: Round[] = [];
  const quiet: Round[] = [];
  const isEnough = (): boolean => quiet.length >= rounds.least && isSure(quiet);
  while (all.length < rounds.most + rounds.least && quiet.length < rounds.most && !isEnough()) {
    const round = new Map<string, Measured>();
    const entered = competitors.filter((one) => quiet.length < (one.rounds ?? rounds.most));
    for (const competitor of shuffled(entered, random)) {
      round.set(competitor.name, await run(competitor));
    }
    all.push(round);
    if (isQuiet(round)) quiet.push(round);
    // Where it is never quiet, more of it would be for nothing.
    if (quiet.length === 0 && all.length >= rounds.most) break;
  }
  return quiet.length >= rounds.least ? quiet : all;
}

/** True when none of a round's clients had to wait much for its core. */
export function isQuiet(round: Round): boolean {
  return waitedOf(round) <= mostWaiting;
}

/** The largest share of the time in which others had the core of one of the clients. */
export function waitedOf(round: Round): number {
  return Math.max(...[...round.values()].map(({ waited = 0 }) => waited));
}

async function runOnce({ name, command }: Competitor): Promise<Measured> {
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
