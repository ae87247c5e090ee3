import type { Clock } from "@nereid/core";
import { createHttpTransport } from "@nereid/transport-http";
import { countText, rowsText } from "../../terminal/amounts.ts";
import { renderTable } from "../../terminal/table.ts";
import type { TourServer } from "./tour-server.ts";
import { mappedStream, nereidWay, plainLoop, type TourRecord, type Way } from "./ways.ts";

/** What a part of the tour shows, and with what. */
export interface TourContext {
  readonly server: TourServer;
  readonly records: readonly TourRecord[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly width: number;
}

/** The same rows in three ways: how fast each is, and how often the model ran. */
export async function compareWays(context: TourContext): Promise<string> {
  const { server, records, clock, signal, width } = context;
  const ways: readonly (readonly [string, () => Way])[] = [
    ["a loop with fetch", () => plainLoop(server.httpUrl)],
    ["Readable.map, 16 at a time", () => mappedStream(server.httpUrl)],
    [
      "Nereid, batches of 32",
      () => nereidWay(createHttpTransport({ endpoint: server.httpUrl }), { signal }),
    ],
  ];
  const answers: (readonly string[])[] = [];
  const rows: string[][] = [];
  for (const [name, way] of ways) {
    signal.throwIfAborted();
    const before = server.executions;
    const start = clock.now();
    answers.push(await way()(records));
    const elapsedMs = Math.max(1, clock.now() - start);
    const requests = countText(server.executions - before);
    rows.push([name, countText((1000 * records.length) / elapsedMs), requests]);
  }
  const same = answers.every((one) => one.join() === answers[0]?.join());
  const columns = [
    { title: "way" },
    { title: "rows/s", align: "right" },
    { title: "requests", align: "right" },
  ] as const;
  return `${renderTable(columns, rows, width)}${rowsText(records.length)} each; the answers are ${same ? "the same" : "not the same"}.\n`;
}
