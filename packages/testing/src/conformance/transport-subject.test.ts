import { expect, it } from "vitest";
import type { ConformanceCase } from "./conformance-case.ts";
import { conformanceCases } from "./test-transport.ts";
import { reasonToSkip, type TransportSubject } from "./transport-subject.ts";

const subject: TransportSubject = {
  name: "none",
  open: () => Promise.reject(new Error("not opened here")),
};
const request = { model: { name: "m" }, inputs: [] };
const received: ConformanceCase = { name: "seen", request, received: {} };
const fault: ConformanceCase = {
  name: "broken",
  request,
  error: { code: "transport", retryable: true, delivery: "unknown" },
  fault: { kind: "reset" },
};

it("leaves out what a subject does not offer, with the reason", () => {
  expect(reasonToSkip(subject, received)).toContain("does not tell what its server received");
  expect(reasonToSkip(subject, fault)).toContain("cannot make its server fail");
});

it("runs what the subject offers", () => {
  const able = { ...subject, received: () => [], failNext: () => undefined };
  expect(reasonToSkip(able, received)).toBeUndefined();
  expect(reasonToSkip(able, fault)).toBeUndefined();
});

it("prefers the subject's own reason", () => {
  const skip = [{ case: "seen", reason: "of my own" }];
  expect(reasonToSkip({ ...subject, skip }, received)).toBe("of my own");
});

it("leaves out every case whose name begins as a row says", () => {
  const skip = [{ prefix: "se", reason: "of my own" }];
  expect(reasonToSkip({ ...subject, skip }, received)).toBe("of my own");
  expect(reasonToSkip({ ...subject, skip }, fault)).toContain("cannot make its server fail");
});

it("leaves out streams where the transport has none", () => {
  const streams: ConformanceCase = { name: "many", stream: () => Promise.resolve() };
  expect(reasonToSkip(subject, streams)).toBe("the transport does not stream");
  expect(reasonToSkip({ ...subject, streams: true }, streams)).toBeUndefined();
});

it("knows each case by a name of its own", () => {
  const names = conformanceCases.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.length).toBeGreaterThanOrEqual(170);
});
