import type { Wire } from "./fault-row.ts";

/** A row that the product does not hold yet. */
export interface Defect {
  readonly id: string;
  readonly wire: Wire;
  readonly found: string;
  /** False: it would take the whole run with it. Default: true. */
  readonly runs?: boolean;
}

const deadChannel =
  "a connection on which calls time out is used on, so that every retry dies on it as well";

const emptyText =
  "an error whose text is empty is read as the text of its whole body, so that Triton's cancelled is taken for rejected";

const unnamedEncoding =
  "a status of grpc-js without details throws outside of the call, which then waits for its deadline";
const neverEnding = "the row is as expected, and the process that ran it spins instead of exiting";

/**
 * Rows that fail. They run and must go on failing, so that whoever mends one takes it off this list.
 */
export const defects: readonly Defect[] = [
  ...["N14", "N14b", "N15", "N16", "N16b"].map((id): Defect => ({
    id,
    wire: "grpc",
    found: deadChannel,
  })),
  ...["N14", "N14b", "N15", "N16"].map((id): Defect => ({
    id,
    wire: "grpc-stream",
    found: deadChannel,
  })),
  { id: "S12", wire: "http", found: emptyText },
  { id: "G12b", wire: "grpc", found: unnamedEncoding, runs: false },
  ...["H10", "H10b"].map((id): Defect => ({
    id,
    wire: "grpc-stream",
    found: neverEnding,
    runs: false,
  })),
];
