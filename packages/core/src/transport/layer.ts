import type { Infer } from "./transport.ts";

/** Wraps an `Infer` into another one. */
export type Layer = (next: Infer) => Infer;

/** Joins layers; the first is the outermost. Their order is the policy. */
export function stack(...layers: readonly Layer[]): Layer {
  return (next) => layers.reduceRight<Infer>((inner, layer) => layer(inner), next);
}
