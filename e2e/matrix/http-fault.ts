import type { Fault, GrpcFault } from "@nereid/testing";

const kinds: readonly string[] = [
  "reset",
  "cut",
  "truncate",
  "status",
  "garbage",
  "hang",
  "late",
  "wrong-id",
] satisfies readonly Fault["kind"][];

/** Is the fault one that HTTP has, too? */
export function isHttpFault(fault: GrpcFault): fault is Fault {
  return kinds.includes(fault.kind);
}
