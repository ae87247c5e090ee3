import type { Transport } from "@nereid/core";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { countText } from "../../terminal/amounts.ts";
import { renderTable } from "../../terminal/table.ts";
import type { TourContext } from "./compare.ts";
import { nereidWay } from "./ways.ts";

/** The same program over three transports: one line differs. */
export async function showSwap(context: TourContext, runner: Transport): Promise<string> {
  const { server, records, clock, signal, width } = context;
  // The runner is used again by the servers, so that its model must not close it.
  const embedded: Transport = { ...runner, close: () => Promise.resolve() };
  const transports: readonly (readonly [string, () => Transport])[] = [
    [
      `createHttpTransport({ endpoint: "${server.httpUrl}" })`,
      () => createHttpTransport({ endpoint: server.httpUrl }),
    ],
    [
      `createGrpcTransport({ endpoint: "${server.grpcUrl}", mode: "stream" })`,
      () => createGrpcTransport({ endpoint: server.grpcUrl, mode: "stream" }),
    ],
    [`await createOnnxRunner({ models })`, () => embedded],
  ];
  const answers = new Set<string>();
  const rows: string[][] = [];
  for (const [line, open] of transports) {
    signal.throwIfAborted();
    const start = clock.now();
    answers.add((await nereidWay(open(), { signal })(records)).join());
    const elapsedMs = Math.max(1, clock.now() - start);
    rows.push([line, countText((1000 * records.length) / elapsedMs)]);
  }
  const columns = [{ title: "transport:" }, { title: "rows/s", align: "right" }] as const;
  const same = answers.size === 1 ? "the same" : "not the same";
  return `${renderTable(columns, rows, width)}The rest of the program is as it was; the answers are ${same}.\n`;
}
