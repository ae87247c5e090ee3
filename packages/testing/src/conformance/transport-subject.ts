import type { InferenceRequest, Transport } from "@nereid/core/transport-kit";
import type { Fault } from "../server/faults.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** A case that is left out, or all cases whose names begin alike. */
export type SkippedCase = { readonly reason: string } & (
  | { readonly case: string }
  | { readonly prefix: string }
);

/** Does a row leave out the case of this name? */
export function leavesOut(skipped: SkippedCase, name: string): boolean {
  return "case" in skipped ? skipped.case === name : name.startsWith(skipped.prefix);
}

/** A transport with whatever serves the models of `createStandardModels` behind it. */
export interface TransportSubject {
  readonly name: string;
  /** Opens a transport; called once for the suite, and once for each case that closes it. */
  open(): Promise<Transport>;
  /** The transport is a `StreamingTransport`. Default: false, and cases of streams are left out. */
  readonly streams?: boolean;
  /** Ends what `open` started beside the transport. */
  close?(): Promise<void>;
  /** Requests that the server has read so far: `server.host.received` of a test server. */
  received?(): readonly InferenceRequest[];
  /** Lets the answer to the next inference go wrong: `server.failNext` of a test server. */
  failNext?(fault: Fault): void;
  /** Cases that this transport or its server cannot do, each with the reason. */
  readonly skip?: readonly SkippedCase[];
}

/** Why a case is left out for a subject, if it is: its own reason, or what it does not offer. */
export function reasonToSkip(subject: TransportSubject, one: ConformanceCase): string | undefined {
  const own = subject.skip?.find((skipped) => leavesOut(skipped, one.name));
  if (own !== undefined) return own.reason;
  if ("received" in one && subject.received === undefined) {
    return "the subject does not tell what its server received";
  }
  if ("stream" in one && subject.streams !== true) return "the transport does not stream";
  const hasFault = "fault" in one && one.fault !== undefined;
  return hasFault && subject.failNext === undefined
    ? "the subject cannot make its server fail"
    : undefined;
}
