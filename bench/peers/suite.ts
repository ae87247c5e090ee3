import { createRandom } from "../measure/statistics.ts";
import { noteOf, startServer } from "../servers/start-server.ts";
import type { ReportRow, Suite, SuiteContext } from "../suite.ts";
import { compete } from "./compete.ts";
import { contests } from "./contests.ts";

/** Ours beside clients of other languages, in an order that the seed determines. */
export function createPeersSuite(seed: number): Suite {
  const random = createRandom(seed);
  return { name: "peers", run: (context) => run(context, random) };
}

async function* run(context: SuiteContext, random: () => number): AsyncGenerator<ReportRow> {
  const servers = { http: await startServer("http"), grpc: await startServer("grpc") };
  try {
    for (const contest of contests) {
      if (context.signal.aborted) return;
      const server = servers[contest.protocol];
      const host = `127.0.0.1:${server.port}`;
      yield* compete(contest, { suite: "peers", host, note: noteOf(server), random }, context);
    }
  } finally {
    servers.http.stop();
    servers.grpc.stop();
  }
}
