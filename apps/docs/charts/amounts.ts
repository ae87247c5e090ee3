const units = ["B", "KiB", "MiB", "GiB"];
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 0 });

/** Three digits that matter, or all of them before the point. */
export function amountText(value: number): string {
  if (!Number.isFinite(value)) return "";
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString("en", { maximumFractionDigits: 6 });
}

/** A number that is short enough for an axis: 512, 4,096, 66K, 10M. */
export function tickText(value: number): string {
  return Math.abs(value) >= 10_000 ? compact.format(value) : amountText(value);
}

/** Bytes in the largest unit that they fill: 64 B, 16 KiB. */
export function bytesText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${amountText(bytes / 1024 ** power)} ${units[power] ?? ""}`;
}
