import { withoutNeighbours } from "../measure/neighbours.ts";
import type { ReportRow, Suite, SuiteContext } from "../suite.ts";
import { measureTelemetry } from "./variants.ts";

/** What telemetry adds to a request. */
export const telemetry: Suite = {
  name: "telemetry",
  run: (context) => withoutNeighbours(run(context)),
};

async function* run(context: SuiteContext): AsyncGenerator<ReportRow> {
  context.say("telemetry: the API alone, and the SDK's metrics");
  yield* await measureTelemetry(context.effort);
}
