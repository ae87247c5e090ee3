import {
  rawBytes,
  type InferenceResponse,
  type StreamingTransport,
  type Tensor,
  type Transport,
} from "@nereid/core/transport-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancellationCases } from "./cases-cancellation.ts";
import { concurrencyCases } from "./cases-concurrency.ts";
import { datatypeCases } from "./cases-datatypes.ts";
import { errorCases } from "./cases-errors.ts";
import { faultCases } from "./cases-faults.ts";
import { lifecycleCases } from "./cases-lifecycle.ts";
import { receivedCases } from "./cases-received.ts";
import { refusedLocallyCases } from "./cases-refused-locally.ts";
import { parameterScripts, requestCases } from "./cases-requests.ts";
import { sequenceCases } from "./cases-sequences.ts";
import { streamEndCases } from "./cases-stream-ends.ts";
import { streamCases } from "./cases-streams.ts";
import { valueCases, valueScripts } from "./cases-values.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { callOf } from "./expectations.ts";
import { leavesOut, reasonToSkip, type TransportSubject } from "./transport-subject.ts";

/** Every case of the suite. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...datatypeCases,
  ...valueCases,
  ...valueScripts,
  ...requestCases,
  ...parameterScripts,
  ...receivedCases,
  ...errorCases,
  ...refusedLocallyCases,
  ...faultCases,
  ...sequenceCases,
  ...lifecycleCases,
  ...cancellationCases,
  ...concurrencyCases,
  ...streamCases,
  ...streamEndCases,
];

/** A case ends long before, but for a slow machine with the largest tensor. */
const maxCaseMs = 120_000;

/**
 * Defines the suite for a transport: each case is a test, and one that is left out carries its reason in
 * its name. A skipped case that does not exist, or that gives no reason, fails the suite.
 */
export function testTransport(subject: TransportSubject): void {
  describe(`${subject.name} as a transport`, () => {
    let transport: Transport;
    beforeAll(async () => {
      transport = await subject.open();
    });
    afterAll(async () => {
      await transport.close();
      await subject.close?.();
    });

    it("is asked to skip only cases that exist", () => {
      const unknown = (subject.skip ?? []).filter(
        (skipped) => !conformanceCases.some(({ name }) => leavesOut(skipped, name)),
      );
      expect(unknown).toEqual([]);
    });
    it("gives a reason for each case that it skips", () => {
      expect((subject.skip ?? []).filter(({ reason }) => reason.trim() === "")).toEqual([]);
    });
    for (const one of conformanceCases) {
      const reason = reasonToSkip(subject, one);
      if (reason !== undefined) it.skip(`${one.name} (left out: ${reason})`);
      else it(one.name, () => runCase(one, transport, subject), maxCaseMs);
    }
  });
}

async function runCase(
  one: ConformanceCase,
  shared: Transport,
  subject: TransportSubject,
): Promise<void> {
  if ("script" in one) {
    if (one.closes !== true) return one.script(shared);
    await using own = await subject.open();
    return one.script(own);
  }
  if ("stream" in one) {
    if (one.closes !== true) return one.stream(streaming(shared));
    await using own = await subject.open();
    return one.stream(streaming(own));
  }
  if ("error" in one) {
    if (one.fault !== undefined) subject.failNext?.(one.fault);
    await expect(shared.infer(one.request, callOf())).rejects.toMatchObject(one.error);
    return undefined;
  }
  const before = subject.received?.().length ?? 0;
  const response = await shared.infer(one.request, callOf());
  if ("received" in one) {
    expect(subject.received?.().slice(before)).toMatchObject([one.received]);
    return undefined;
  }
  expect(byName(response)).toEqual(byName({ modelName: "", outputs: one.outputs }));
  one.check?.(response);
  return undefined;
}

/** @throws TypeError for a subject that promised streams and has none */
function streaming(transport: Transport): StreamingTransport {
  if (canStream(transport)) return transport;
  throw new TypeError(`transport "${transport.name}": expected a function stream, found none`);
}

function canStream(transport: Transport): transport is StreamingTransport {
  return "stream" in transport && typeof transport.stream === "function";
}

/** Outputs without their order, as bytes: NaN payloads and minus zero count. */
function byName({ outputs }: InferenceResponse): Readonly<Record<string, object>> {
  return Object.fromEntries(outputs.map((tensor) => [tensor.name, bitsOf(tensor)]));
}

function bitsOf(tensor: Tensor): object {
  const { datatype, shape } = tensor;
  return { datatype, shape, hex: Buffer.from(rawBytes(tensor)).toString("hex") };
}
