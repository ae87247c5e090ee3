import { coreTargets } from "./core-targets.ts";
import { grpcTargets } from "./grpc-targets.ts";
import { optionTargets } from "./option-targets.ts";
import { storedTargets } from "./stored-targets.ts";
import { streamTargets } from "./stream-targets.ts";
import type { FuzzTarget } from "./target.ts";
import { wireTargets } from "./wire-targets.ts";

/** Every decoder and parser of foreign text. */
export const targets: readonly FuzzTarget[] = [
  ...coreTargets,
  ...optionTargets,
  ...grpcTargets,
  ...streamTargets,
  ...storedTargets,
  ...wireTargets,
];
