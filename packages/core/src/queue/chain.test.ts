import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createChain, type Chain, type Chained } from "./chain.ts";

interface Item extends Chained<Item> {
  readonly name: number;
}

const itemOf = (name: number): Item => ({ name, before: undefined, after: undefined });

/** From the first to the last, and back. */
function namesOf({ first }: Chain<Item>): { forth: number[]; back: number[] } {
  const forth: number[] = [];
  let last: Item | undefined;
  for (let item = first; item !== undefined; item = item.after) {
    forth.push(item.name);
    last = item;
  }
  const back: number[] = [];
  for (let item = last; item !== undefined; item = item.before) back.push(item.name);
  return { forth, back };
}

describe("a chain", () => {
  it("of nothing has no first", () => {
    expect(createChain<Item>().first).toBeUndefined();
  });

  it("leaves what is in another as it is", () => {
    const [chain, other] = [createChain<Item>(), createChain<Item>()];
    const [one, two] = [itemOf(1), itemOf(2)];
    chain.add(one);
    other.remove(one);
    other.remove(two);
    expect([namesOf(chain).forth, namesOf(other).forth]).toEqual([[1], []]);
  });

  it("is that of a list, whatever is added and taken out", () => {
    const act = fc.record({ name: fc.nat(7), isRemoved: fc.boolean() });
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const chain = createChain<Item>();
        const items = Array.from({ length: 8 }, (_, name) => itemOf(name));
        let list: number[] = [];
        for (const { name, isRemoved } of acts) {
          const item = items[name] ?? itemOf(name);
          chain.remove(item);
          list = list.filter((other) => other !== name);
          if (!isRemoved) {
            chain.add(item);
            list.push(name);
          }
          expect(namesOf(chain)).toEqual({ forth: list, back: list.toReversed() });
        }
      }),
    );
  });
});
