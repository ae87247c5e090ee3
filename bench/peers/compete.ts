import { fileURLToPath } from "node:url";
import { judgeWithin, widened } from "../measure/row.ts";
import { disturbed } from "../measure/neighbours.ts";
import type { SampleBounds } from "../measure/paired.ts";
import {
  isQuiet,
  runRounds,
  waitedOf,
  type Competitor,
  type Measured,
  type Round,
} from "../measure/separate.ts";
import { isNarrow, median, medianInterval } from "../measure/statistics.ts";
import type { ReportRow, SuiteContext } from "../suite.ts";
import { modelOf } from "../workloads.ts";
import type { Contest, Opponent } from "./contests.ts";

const client = fileURLToPath(new URL("./node-client.ts", import.meta.url));
/** For everybody who is compiled while running: compilers need a while to find out what is hot. */
const usualWarmMs = 4000;
const measureMs = 1000;
const again = "ours again";
/** Ratios that are judged, and the control, are wanted to within this fraction. */
const precision = 0.08;
/** Whose figure is judged by nothing takes part in as many rounds. */
const roundsWithoutGoal = 3;

/** Where a contest takes place. */
export interface Arena {
  readonly suite: string;
  /** Host and port of the server. */
  readonly host: string;
  readonly note: string;
  readonly random: () => number;
}

/** Ours and its opponents in rounds of fresh processes; the ratios are taken within a round. */
export async function* compete(
  contest: Contest,
  arena: Arena,
  context: SuiteContext,
): AsyncGenerator<ReportRow> {
  const present = contest.opponents.filter(({ peer }) => peer.isInstalled());
  for (const opponent of contest.opponents) {
    if (!present.includes(opponent)) yield skipped(arena.suite, contest, opponent);
  }
  if (present.length === 0) return;
  const held = roundsOf(context.effort);
  context.say(
    `${arena.suite}: ${contest.what}, ${contest.label}, ${present.length} peers, ${held.least} to ${held.most} rounds`,
  );
  const [pick, unit] = contest.isRate
    ? [(one: Measured) => 1e6 / one.rps, "µs per row"]
    : [(one: Measured) => one.cpu_us, "CPU µs per request"];
  const judged = [again, ...present.filter(({ goal }) => goal !== undefined).map(nameOf)];
  const rounds = await runRounds(
    [
      ours("ours", contest, arena),
      ours(again, contest, arena),
      ...present.map((opponent) => theirs(opponent, contest, arena)),
    ],
    {
      rounds: held,
      random: arena.random,
      isSure: (so) => judged.every((name) => isNarrow(ratiosOf(so, name, pick), precision)),
    },
  );
  const control = median(ratiosOf(rounds, again, pick));
  for (const { peer, goal } of present) {
    const isBound = goal !== undefined && "most" in goal;
    const gains = ratiosOf(rounds, peer.name, pick);
    const ratios = isBound ? gains.map((gain) => 1 / gain) : gains;
    const ratio = median(ratios);
    const ends = medianInterval(ratios);
    const farEnds = widened(ends, control);
    const row: ReportRow = {
      suite: arena.suite,
      what: isBound ? `${contest.what} / ${peer.name}` : `${peer.name} / ${contest.what}`,
      workload: contest.label,
      unit,
      ours: median(costsOf(rounds, "ours", pick)),
      theirs: median(costsOf(rounds, peer.name, pick)),
      ratio,
      ...(goal === undefined ? {} : { goal }),
      control,
      verdict: judgeWithin({ ratio, ends, farEnds, goal, control }),
      note: `${ratios.length} rounds from ${Math.min(...ratios).toPrecision(3)} to ${Math.max(...ratios).toPrecision(3)}; ${arena.note}`,
    };
    yield rounds.every(isQuiet) ? row : disturbed(row, median(rounds.map(waitedOf)));
  }
}

type Figure = (one: Measured) => number;

function roundsOf(effort: number): Pick<SampleBounds, "least" | "most"> {
  return { least: Math.max(3, Math.round(4 * effort)), most: Math.max(3, Math.round(9 * effort)) };
}

function nameOf({ peer }: Opponent): string {
  return peer.name;
}

function costsOf(rounds: readonly Round[], name: string, pick: Figure): readonly number[] {
  return rounds.flatMap((round) => {
    const one = round.get(name);
    return one === undefined ? [] : [pick(one)];
  });
}

/** What one of them costs for what ours does, in the rounds that it took part in. */
function ratiosOf(rounds: readonly Round[], name: string, pick: Figure): readonly number[] {
  return rounds.flatMap((round) => {
    const [one, own] = [round.get(name), round.get("ours")];
    return one === undefined || own === undefined ? [] : [pick(one) / pick(own)];
  });
}

function ours(name: string, contest: Contest, { host }: Arena): Competitor {
  const { kind, workload, rowsInFlight = workload.inFlight, warmMs = usualWarmMs } = contest;
  const address = kind.startsWith("grpc") ? host : `http://${host}`;
  const numbers = [workload.floats, rowsInFlight, warmMs, measureMs];
  const script = [process.execPath, ...process.execArgv, client, kind];
  return { name, command: [...script, address, modelFor(contest), ...numbers.map(String)] };
}

function theirs({ peer, goal }: Opponent, contest: Contest, { host }: Arena): Competitor {
  const { warmMs = contest.warmMs ?? usualWarmMs } = peer;
  const { floats, inFlight } = contest.workload;
  const address = peer.wantsScheme ? `http://${host}` : host;
  const numbers = [floats, inFlight, warmMs, measureMs];
  return {
    name: peer.name,
    command: [...peer.command, address, modelFor(contest), ...numbers.map(String)],
    ...(goal === undefined ? { rounds: roundsWithoutGoal } : {}),
  };
}

function modelFor({ model, workload }: Contest): string {
  return model ?? modelOf(workload);
}

function skipped(suite: string, { what, label }: Contest, { peer, goal }: Opponent): ReportRow {
  return {
    suite,
    what: `${peer.name} / ${what}`,
    workload: label,
    unit: "",
    ours: Number.NaN,
    theirs: Number.NaN,
    ratio: Number.NaN,
    ...(goal === undefined ? {} : { goal }),
    verdict: "skipped",
    note: "not installed: bench peers install",
  };
}
