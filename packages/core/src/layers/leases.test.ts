import { expect, it } from "vitest";
import { createLeases } from "./leases.ts";

it("shares what has the same key until the last one lets go of it", () => {
  const leases = createLeases<object>();
  const first = leases.take("a", () => ({}));
  const second = leases.take("a", () => ({}));
  const other = leases.take("b", () => ({}));
  expect(second.value).toBe(first.value);
  expect(other.value).not.toBe(first.value);
  expect(leases.size).toBe(2);
  first.release();
  first.release();
  expect(leases.take("a", () => ({})).value).toBe(second.value);
  second.release();
  other.release();
  expect(leases.size).toBe(1);
});

it("makes something new behind the last release, and for nobody else without a key", () => {
  const leases = createLeases<object>();
  const before = leases.take("a", () => ({}));
  before.release();
  expect(leases.size).toBe(0);
  expect(leases.take("a", () => ({})).value).not.toBe(before.value);
  const own = leases.take(undefined, () => ({}));
  expect(leases.take(undefined, () => ({})).value).not.toBe(own.value);
  own.release();
  expect(leases.size).toBe(1);
});
