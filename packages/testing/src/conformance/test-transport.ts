import {
  rawBytes,
  type InferenceResponse,
  type Tensor,
  type Transport,
} from "@nereid/core/transport-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { datatypeCases } from "./cases-datatypes.ts";
import { errorCases } from "./cases-errors.ts";
import { lifecycleCases } from "./cases-lifecycle.ts";
import { parameterScripts, requestCases } from "./cases-requests.ts";
import { sequenceCases } from "./cases-sequences.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { callOf } from "./expectations.ts";

/** A transport with whatever serves the models of `createStandardModels` behind it. */
export interface TransportSubject {
  readonly name: string;
  /** Opens a transport; called once for the suite, and once for each case that closes it. */
  open(): Promise<Transport>;
  /** Ends what `open` started beside the transport. */
  close?(): Promise<void>;
  /** Cases that this transport or its server cannot do, each with the reason. */
  readonly skip?: readonly SkippedCase[];
}

/** A case that is left out. */
export interface SkippedCase {
  readonly case: string;
  readonly reason: string;
}

/** Every case of the suite. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...datatypeCases,
  ...requestCases,
  ...parameterScripts,
  ...errorCases,
  ...sequenceCases,
  ...lifecycleCases,
];

/**
 * Defines the suite for a transport: each case is a test, and one that is left out carries its reason in
 * its name. A skipped case that does not exist fails the suite.
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
      const names = new Set(conformanceCases.map(({ name }) => name));
      expect((subject.skip ?? []).filter((skipped) => !names.has(skipped.case))).toEqual([]);
    });
    for (const one of conformanceCases) {
      const skipped = subject.skip?.find((candidate) => candidate.case === one.name);
      if (skipped !== undefined) it.skip(`${one.name} (left out: ${skipped.reason})`);
      else it(one.name, () => runCase(one, transport, subject));
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
  if ("error" in one) {
    await expect(shared.infer(one.request, callOf())).rejects.toMatchObject(one.error);
    return undefined;
  }
  const response = await shared.infer(one.request, callOf());
  expect(byName(response)).toEqual(byName({ modelName: "", outputs: one.outputs }));
  one.check?.(response);
  return undefined;
}

/** Outputs without their order, as bytes: NaN payloads and minus zero count. */
function byName({ outputs }: InferenceResponse): Readonly<Record<string, object>> {
  return Object.fromEntries(outputs.map((tensor) => [tensor.name, bitsOf(tensor)]));
}

function bitsOf(tensor: Tensor): object {
  const { datatype, shape } = tensor;
  return { datatype, shape, hex: Buffer.from(rawBytes(tensor)).toString("hex") };
}
