import type { FaultRow, InRecord } from "./fault-row.ts";

/** A record of another program, which TypeScript has not seen. */
const foreign = (text: string, { ID }: InRecord): InRecord => ({ ID, ...JSON.parse(text) });
const refusedHere = (
  id: string,
  what: string,
  change: (record: InRecord) => InRecord,
): FaultRow => ({
  id,
  what,
  inject: { record: (record) => (record.ID % 10 === 3 ? change(record) : record) },
  expect: { attempts: [], retried: false, outcome: { failed: "some", code: "encode" } },
});

/** Records that cannot be sent: each fails alone, and no neighbour notices. */
export const recordRows: readonly FaultRow[] = [
  refusedHere("D1a", "a field is missing", (record) => foreign("{}", record)),
  refusedHere("D1b", "a field is null", (record) => foreign('{"VALUE":null}', record)),
  refusedHere("D2a", "text in place of a number", (record) => foreign('{"VALUE":"1"}', record)),
  refusedHere("D2b", "an object in place of a number", (record) => foreign('{"VALUE":{}}', record)),
  refusedHere("D7", "a list in place of a number", (record) =>
    foreign('{"VALUE":[[1],[2,3]]}', record),
  ),
  refusedHere("D3", "an integer out of range", ({ ID }) =>
    Object.defineProperty({ ID, VALUE: 1 }, "ID", { value: 2 ** 31 + ID, enumerable: true }),
  ),
  refusedHere("D11a", "a getter that throws", ({ ID }) =>
    Object.defineProperty({ ID, VALUE: 1 }, "VALUE", {
      enumerable: true,
      get() {
        throw new Error("no value here");
      },
    }),
  ),
  {
    id: "D13",
    what: "fields named as parts of prototypes come beside the model's",
    inject: {
      record: ({ ID, VALUE }) =>
        foreign(`{"__proto__":{"polluted":1},"constructor":1,"VALUE":${VALUE}}`, { ID, VALUE }),
    },
    expect: { attempts: [], retried: false, outcome: "ok" },
  },
];
