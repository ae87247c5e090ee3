import { batching } from "./batching/suite.ts";
import { codecs } from "./codecs/suite.ts";
import { grpc } from "./grpc/suite.ts";
import { http } from "./http/suite.ts";
import { createPeersSuite } from "./peers/suite.ts";
import type { Suite } from "./suite.ts";
import { streams } from "./streams/suite.ts";
import { telemetry } from "./telemetry/suite.ts";
import { createTritonSuite } from "./triton/suite.ts";

/** A suite's place in the runs. */
interface Listed {
  readonly suite: Suite;
  /** True for one that the gate runs: it needs nothing that has to be installed, and is short. */
  readonly gate: boolean;
}

/** What some suites have to know of the run. */
export interface RunSettings {
  /** Of the order in which processes are started. */
  readonly seed: number;
  /** Where a real Triton listens. */
  readonly triton?: string;
}

/** Every suite, in the order of a full run. */
export function listSuites({ seed, triton }: RunSettings): readonly Listed[] {
  return [
    { suite: http, gate: true },
    { suite: grpc, gate: true },
    { suite: streams, gate: true },
    { suite: batching, gate: true },
    { suite: codecs, gate: true },
    { suite: telemetry, gate: true },
    { suite: createPeersSuite(seed), gate: false },
    { suite: createTritonSuite(triton, seed), gate: false },
  ];
}
