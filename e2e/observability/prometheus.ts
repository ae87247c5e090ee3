import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** One series of an answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that scrapes one target every second. */
export interface Prometheus extends AsyncDisposable {
  /** Evaluates a query now. @throws when Prometheus refuses it */
  query(expression: string): Promise<readonly Sample[]>;
  /** Evaluates a query until its answer is as wanted. @throws after a minute */
  queryUntil(
    expression: string,
    isWanted: (samples: readonly Sample[]) => boolean,
  ): Promise<readonly Sample[]>;
}

const patienceMs = 60_000;
const pauseMs = 250;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs));

/** Runs `promtool` of the package that Prometheus comes with. @throws with what it printed */
export async function promtool(...args: readonly string[]): Promise<void> {
  await promisify(execFile)("promtool", [...args]);
}

/**
 * Starts `prometheus`, which must be installed, in a folder of its own.
 *
 * @param rules - a file of rules that it evaluates every second
 */
export async function startPrometheus(target: string, rules: string): Promise<Prometheus> {
  const { host } = new URL(target);
  const folder = await mkdtemp(join(tmpdir(), "nereid-prometheus-"));
  const scrape = { job_name: "nereid", static_configs: [{ targets: [host] }] };
  // JSON is YAML.
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [rules],
    scrape_configs: [scrape],
  };
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
      "--log.level=error",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  // Without it, a Prometheus that is not installed would end the process.
  let failure: Error | undefined;
  child.on("error", (error) => (failure = error));

  const query: Prometheus["query"] = async (expression) => {
    const body = new URLSearchParams({ query: expression });
    const answer = await fetch(`http://${address}/api/v1/query`, { method: "POST", body });
    return samplesOf(expression, await answer.json());
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && failure === undefined) {
      child.kill();
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  };
  const until = async <T>(ask: () => Promise<T | undefined>, what: string): Promise<T> => {
    const end = performance.now() + patienceMs;
    while (performance.now() < end) {
      if (failure !== undefined) throw failure;
      const found = await ask();
      if (found !== undefined) return found;
      await pause();
    }
    throw new Error(`expected ${what} within ${patienceMs} ms`);
  };
  const isReady = (): Promise<true | undefined> =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => (ok ? true : undefined),
      () => undefined,
    );
  try {
    await until(isReady, "a Prometheus that is ready (Debian package prometheus)");
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    query,
    queryUntil: (expression, isWanted) =>
      until(async () => {
        const samples = await query(expression);
        return isWanted(samples) ? samples : undefined;
      }, `another answer to ${expression}`),
    [Symbol.asyncDispose]: stop,
  };
}

/** What Prometheus answers to a query of instants. */
interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

function samplesOf(expression: string, answer: unknown): readonly Sample[] {
  // The API of a program that is installed with its version; a change of its shape fails the tests.
  const { status, error, data } = answer as QueryAnswer;
  if (status !== "success" || data === undefined) throw new Error(`${expression}: ${error}`);
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
