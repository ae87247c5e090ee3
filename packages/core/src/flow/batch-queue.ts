import { createFifo, type Fifo } from "../queue/fifo.ts";
import type { Entry } from "./entry.ts";

/** Records waiting for a batch, grouped by the shapes that may travel together. */
export interface BatchQueue<R, Row> {
  readonly size: number;
  push(entry: Entry<R, Row>): void;
  /** True when a whole batch is waiting. */
  readonly full: boolean;
  /**
   * Takes the records of the next batch: the group that has waited longest. Empty when none waits.
   *
   * @param mostRows - a bound of this moment below `maxRows`
   */
  take(mostRows?: number): readonly Entry<R, Row>[];
  /** Forgets cancelled records. */
  purge(): void;
}

/** When a batch is closed. */
export interface BatchBounds {
  readonly maxRows: number;
  readonly maxBytes: number;
}

interface Group<R, Row> {
  readonly shapeKey: string;
  /** Where it is found by its key. */
  readonly kind: Map<string, Group<R, Row>>;
  readonly entries: Fifo<Entry<R, Row>>;
  bytes: number;
}

/** Groups that are kept while they are empty, so that the next record of their shape needs no new one. */
const mostKept = 64;

/** Makes an empty queue. */
export function createBatchQueue<R, Row>({ maxRows, maxBytes }: BatchBounds): BatchQueue<R, Row> {
  // A lone record fails where those of a stream wait, and must not take them with it.
  const lone = new Map<string, Group<R, Row>>();
  const streamed = new Map<string, Group<R, Row>>();
  /** Groups with records; the one that has waited longest first. */
  let line: Group<R, Row>[] = [];
  let size = 0;
  let fullGroups = 0;

  const isFull = (group: Group<R, Row>): boolean =>
    group.entries.size >= maxRows || group.bytes >= maxBytes;

  const groupOf = ({ shapeKey, scope }: Entry<R, Row>): Group<R, Row> => {
    const kind = scope.patient ? streamed : lone;
    const known = kind.get(shapeKey);
    if (known !== undefined) return known;
    const group: Group<R, Row> = { shapeKey, kind, entries: createFifo(), bytes: 0 };
    kind.set(shapeKey, group);
    return group;
  };

  const leaveEmpty = ({ shapeKey, kind }: Group<R, Row>): void => {
    if (kind.size > mostKept) kind.delete(shapeKey);
  };

  /** A full group goes before one that has waited longer, for it has nothing to wait for. */
  const takeNext = (): Group<R, Row> | undefined => {
    if (line.length <= 1) return line.pop();
    const at = fullGroups === 0 ? 0 : Math.max(0, line.findIndex(isFull));
    return at === 0 ? line.shift() : line.splice(at, 1)[0];
  };

  const takeFrom = (group: Group<R, Row>, mostRows: number): Entry<R, Row>[] => {
    const taken: Entry<R, Row>[] = [];
    let bytes = 0;
    while (taken.length < mostRows) {
      const entry = group.entries.peek();
      if (entry === undefined) break;
      if (taken.length > 0 && bytes + entry.bytes > maxBytes) break;
      group.entries.shift();
      bytes += entry.bytes;
      taken.push(entry);
    }
    group.bytes -= bytes;
    size -= taken.length;
    return taken;
  };

  return {
    get size() {
      return size;
    },
    get full() {
      return fullGroups > 0;
    },
    push(entry) {
      const group = groupOf(entry);
      const before = isFull(group);
      if (group.entries.size === 0) line.push(group);
      group.entries.push(entry);
      group.bytes += entry.bytes;
      size += 1;
      if (!before && isFull(group)) fullGroups += 1;
    },
    take(mostRows = maxRows) {
      const group = takeNext();
      if (group === undefined) return [];
      const before = isFull(group);
      const taken = takeFrom(group, Math.min(mostRows, maxRows));
      if (before && !isFull(group)) fullGroups -= 1;
      // The group goes to the end of the line, so that no shape starves another.
      if (group.entries.size > 0) line.push(group);
      else leaveEmpty(group);
      return taken;
    },
    purge() {
      size = 0;
      fullGroups = 0;
      for (const group of line) {
        group.bytes = 0;
        group.entries.filter((entry) => {
          if (entry.scope.cancelled) return false;
          group.bytes += entry.bytes;
          return true;
        });
        size += group.entries.size;
        if (group.entries.size === 0) leaveEmpty(group);
        else if (isFull(group)) fullGroups += 1;
      }
      line = line.filter(({ entries }) => entries.size > 0);
    },
  };
}
