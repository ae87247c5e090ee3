import type { ReportRow, Suite, SuiteContext } from "../suite.ts";
import { comparePolicies } from "./compare-policies.ts";
import { compareRequests } from "./compare-requests.ts";

async function* run(context: SuiteContext): AsyncGenerator<ReportRow> {
  yield* compareRequests(context);
  yield* comparePolicies(context);
}

/** What batches save, and how well `batch-size: auto` finds their size. */
export const batching: Suite = { name: "batching", run };
