import type { Wire } from "./fault-row.ts";

/** A row that the product does not hold yet. */
export interface Defect {
  readonly id: string;
  readonly wire: Wire;
  readonly found: string;
  /** False: it would take the whole run with it. Default: true. */
  readonly runs?: boolean;
}

/**
 * Rows that fail. They run and must go on failing, so that whoever mends one takes it off this list.
 */
export const defects: readonly Defect[] = [];
