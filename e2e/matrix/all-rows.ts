import type { FaultRow } from "./fault-row.ts";
import { answerRows } from "./rows-answers.ts";
import { grpcRows } from "./rows-grpc.ts";
import { httpBodyRows } from "./rows-http-bodies.ts";
import { httpFramingRows } from "./rows-http-framing.ts";
import { modelRows } from "./rows-model.ts";
import { networkRows } from "./rows-network.ts";
import { recordRows } from "./rows-records.ts";
import { serverRows } from "./rows-server.ts";

/** Every row of the matrix that is automated. */
export const allRows: readonly FaultRow[] = [
  ...networkRows,
  ...httpFramingRows,
  ...httpBodyRows,
  ...answerRows,
  ...grpcRows,
  ...serverRows,
  ...modelRows,
  ...recordRows,
];
