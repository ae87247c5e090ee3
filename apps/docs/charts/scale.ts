/** An axis: where values lie between 0 and 1, and which ones are named. */
export interface Scale {
  readonly ticks: readonly number[];
  /** 0 at the lowest value, 1 at the highest. */
  at(value: number): number;
}

const steps = [1, 2, 5, 10];

/** From 0 to a round number above the values. */
export function linearScale(values: readonly number[]): Scale {
  const most = Math.max(...values, 0) || 1;
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = power * (steps.find((one) => one * power * 5 >= most) ?? 10);
  const count = Math.ceil(most / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { ticks, at: (value) => value / (count * step) };
}

/** Powers of ten around the values; fives as well where there are few. */
export function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))));
  const digits = high - low < 2 ? [1, 2, 5] : high - low < 3 ? [1, 3] : [1];
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
    .flatMap((power) => digits.map((digit) => digit * power))
    .filter((tick) => tick <= 10 ** high);
  return { ticks, at: (value) => (Math.log10(value) - low) / (high - low) };
}

/** From the least of the values to the largest, by factors; the values themselves are the ticks. */
export function placeScale(values: readonly number[]): Scale {
  const ticks = [...new Set(values)].sort((one, other) => one - other);
  const [low, high] = [ticks[0] ?? 1, ticks.at(-1) ?? 1];
  return {
    ticks,
    at: (value) => (low === high ? 0.5 : Math.log(value / low) / Math.log(high / low)),
  };
}
