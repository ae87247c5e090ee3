import { createHttpTransport } from "@nereid/transport-http";
import { countText, rowsText, timeText } from "../../terminal/amounts.ts";
import { sleep } from "@nereid/core/transport-kit";
import type { TourContext } from "./compare.ts";
import { nereidWay, plainLoop } from "./ways.ts";

/** One row in the middle makes the model fail every batch that it is in. */
export async function showPoison(context: TourContext): Promise<string> {
  const { server, records, signal } = context;
  const middle = Math.floor(records.length / 2);
  const poison = { bytes: Int32Array.from(records[middle]?.bytes ?? [], () => -1) };
  const poisoned = records.with(middle, poison);
  let answered = 0;
  const loop = await plainLoop(
    server.httpUrl,
    () => (answered += 1),
  )(poisoned).then(
    () => "ended",
    (error: unknown) => `stopped with "${error instanceof Error ? error.message : String(error)}"`,
  );
  const failures: string[] = [];
  let ok = 0;
  const transport = createHttpTransport({ endpoint: server.httpUrl });
  const onSettled = (error: string | undefined): void => {
    if (error === undefined) ok += 1;
    else failures.push(error);
  };
  const before = server.executions;
  await nereidWay(transport, { signal, maxRetries: 1, onSettled })(poisoned);
  return [
    `the loop ${loop}: ${rowsText(answered)} answered, ${countText(records.length - answered)} not\n`,
    `Nereid: ${rowsText(ok)} answered, ${countText(failures.length)} failed, in ${countText(server.executions - before)} requests\n`,
    ...failures.slice(0, 1).map((failure) => `  ${failure}\n`),
  ].join("");
}

/** The server goes away while rows are on their way, and comes back. */
export async function showOutage(context: TourContext, outageMs: number): Promise<string> {
  const { server, records, clock, signal } = context;
  const expected = await nereidWay(createHttpTransport({ endpoint: server.httpUrl }), { signal })(
    records,
  );
  const transport = createHttpTransport({ endpoint: server.httpUrl });
  let settled = 0;
  let failed = 0;
  let last = clock.now();
  let longestMs = 0;
  let outage: Promise<void> | undefined;
  const onSettled = (error: string | undefined): void => {
    settled += 1;
    if (error !== undefined) failed += 1;
    longestMs = Math.max(longestMs, clock.now() - last);
    last = clock.now();
    if (settled >= records.length / 4) outage ??= takeAway();
  };
  const takeAway = async (): Promise<void> => {
    const comeBack = await server.goDown();
    // Interrupted or not, the server comes back: the tour closes it.
    await sleep(clock, outageMs, signal).catch(() => undefined);
    await comeBack();
  };
  const timeout = outageMs + 30_000;
  const languages = await nereidWay(transport, { signal, maxRetries: 1000, timeout, onSettled })(
    records,
  );
  await outage;
  const same = languages.join() === expected.join();
  return [
    `the server was away for ${timeText(outageMs)}; the longest wait between two rows was ${timeText(longestMs)}\n`,
    `Nereid: ${rowsText(settled - failed)} answered, ${countText(failed)} failed; the answers and their order are ${same ? "the same as without the outage" : "not the same"}\n`,
  ].join("");
}
