import { expect, it } from "vitest";
import { allRows } from "./all-rows.ts";
import { defects } from "./defects.ts";
import { notAutomated, rowsOfPart } from "./not-automated.ts";

/** `N11@20` and `N1b` are variants of `N11` and `N1`. */
const partOf = (id: string): string => /^[A-Z]\d+/.exec(id)?.[0] ?? id;
const listed = Object.values(notAutomated).flat();
const automated = new Set(allRows.map(({ id }) => partOf(id)));

it("has each row of the fault matrix: run, or listed with the reason why not", () => {
  const every = Object.entries(rowsOfPart).flatMap(([part, count]) =>
    Array.from({ length: count }, (_, index) => `${part}${index + 1}`),
  );
  expect(every).toHaveLength(177);
  expect(every.filter((id) => !automated.has(id) && !listed.includes(id))).toEqual([]);
});

it("lists nothing that it runs, and nothing twice", () => {
  expect(listed.filter((id) => automated.has(id))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
  expect(new Set(allRows.map(({ id }) => id)).size).toBe(allRows.length);
});

it("knows the rows of its defects", () => {
  const ids = new Set(allRows.map(({ id }) => id));
  expect(defects.filter(({ id }) => !ids.has(id))).toEqual([]);
});
