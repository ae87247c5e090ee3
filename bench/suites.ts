import { grpc } from "./grpc/suite.ts";
import { http } from "./http/suite.ts";
import type { Suite } from "./suite.ts";
import { telemetry } from "./telemetry/suite.ts";

/** A suite's place in the runs. */
interface Listed {
  readonly suite: Suite;
  /** True for one that the gate runs: it needs nothing that has to be installed, and is short. */
  readonly gate: boolean;
}

/** Every suite, in the order of a full run. */
export const suites: readonly Listed[] = [
  { suite: http, gate: true },
  { suite: grpc, gate: true },
  { suite: telemetry, gate: true },
];
