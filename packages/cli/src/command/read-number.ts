import { InvalidArgumentError } from "commander";

/** Reads a flag that counts something. @throws InvalidArgumentError */
export function readCount(value: string): number {
  return readWhole(value, 1, Number.MAX_SAFE_INTEGER, "Expected a whole number from 1 on.");
}

/** Reads a flag that lists counts: `1,4,16`. @throws InvalidArgumentError */
export function readCounts(value: string): readonly number[] {
  return [...new Set(value.split(",").map(readCount))].sort((left, right) => left - right);
}

/** Reads a flag that is a port; 0 is any that is free. @throws InvalidArgumentError */
export function readPort(value: string): number {
  return readWhole(value, 0, 65_535, "Expected a port from 0 to 65535.");
}

function readWhole(value: string, least: number, most: number, problem: string): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(problem);
}
