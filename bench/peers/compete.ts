import { fileURLToPath } from "node:url";
import { runRounds, type Competitor, type Measured } from "../measure/separate.ts";
import { median } from "../measure/statistics.ts";
import { judge, type ReportRow, type SuiteContext } from "../suite.ts";
import { modelOf } from "../workloads.ts";
import type { Contest, Opponent } from "./contests.ts";

const client = fileURLToPath(new URL("./node-client.ts", import.meta.url));
const warmMs = 1500;
const measureMs = 800;
const again = "ours again";

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
  const rounds = Math.max(3, Math.round(5 * context.effort));
  context.say(
    `peers: ${contest.what}, ${contest.label}, ${present.length} peers, ${rounds} rounds`,
  );
  const results = await runRounds(
    [
      ours("ours", contest, arena),
      ours(again, contest, arena),
      ...present.map(({ peer }) => theirs(peer, contest, arena)),
    ],
    rounds,
    arena.random,
  );
  const all = (name: string, pick: (one: Measured) => number): readonly number[] =>
    results.map((round) => {
      const one = round.get(name);
      return one === undefined ? Number.NaN : pick(one);
    });
  const [pick, unit] = contest.isRate
    ? [(one: Measured) => 1e6 / one.rps, "µs per row"]
    : [(one: Measured) => one.cpu_us, "CPU µs per request"];
  const own = all("ours", pick);
  const control = median(all(again, pick).map((one, round) => one / (own[round] ?? 0)));
  for (const { peer, goal } of present) {
    const costs = all(peer.name, pick);
    const isBound = goal !== undefined && "most" in goal;
    const ratios = costs
      .map((one, round) => one / (own[round] ?? 0))
      .map((one) => (isBound ? 1 / one : one));
    const ratio = median(ratios);
    yield {
      suite: arena.suite,
      what: isBound ? `${contest.what} / ${peer.name}` : `${peer.name} / ${contest.what}`,
      workload: contest.label,
      unit,
      ours: median(own),
      theirs: median(costs),
      ratio,
      ...(goal === undefined ? {} : { goal }),
      control,
      verdict: judge(ratio, goal, control),
      note: `rounds from ${Math.min(...ratios).toPrecision(3)} to ${Math.max(...ratios).toPrecision(3)}; ${arena.note}`,
    };
  }
}

function ours(name: string, contest: Contest, { host }: Arena): Competitor {
  const { kind, workload, rowsInFlight = workload.inFlight } = contest;
  const address = kind.startsWith("grpc") ? host : `http://${host}`;
  const numbers = [workload.floats, rowsInFlight, warmMs, measureMs];
  const script = [process.execPath, ...process.execArgv, client, kind];
  return { name, command: [...script, address, modelFor(contest), ...numbers.map(String)] };
}

function theirs(peer: Opponent["peer"], contest: Contest, { host }: Arena): Competitor {
  const { floats, inFlight } = contest.workload;
  const address = peer.wantsScheme ? `http://${host}` : host;
  const numbers = [floats, inFlight, peer.warmMs, measureMs];
  return {
    name: peer.name,
    command: [...peer.command, address, modelFor(contest), ...numbers.map(String)],
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
