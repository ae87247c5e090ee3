import {
  context,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type Link,
} from "@opentelemetry/api";

/** Where a span belongs: below one span, or beside several that it links to. */
export interface Ancestry {
  readonly parent: Context;
  readonly links: Link[];
}

/** As many links as an SDK keeps by default. */
const maxLinks = 128;

/** Where a record comes from: the context in which it is handed over. */
export function currentOrigin(): Context {
  return context.active();
}

/**
 * The parent when all records come from one place; links when they come from several, for a span has
 * but one parent. Where none of these is sampled, the first is the parent, so that the batch is not either.
 */
export function ancestryOf(origins: readonly unknown[] = []): Ancestry {
  const distinct = new Set(origins.filter(isContext));
  const [first] = distinct;
  if (first === undefined) return { parent: ROOT_CONTEXT, links: [] };
  if (distinct.size === 1) return { parent: first, links: [] };
  const spans = new Map<string, { readonly context: Context; readonly link: Link }>();
  for (const origin of distinct) {
    const span = trace.getSpanContext(origin);
    if (span === undefined) continue;
    spans.set(`${span.traceId}-${span.spanId}`, { context: origin, link: { context: span } });
  }
  const found = [...spans.values()];
  const [only] = found;
  if (only !== undefined && found.length === 1) return { parent: only.context, links: [] };
  const links = found.slice(0, maxLinks).map(({ link }) => link);
  // A span without a parent is sampled anew, though it was decided that none of these is to be.
  const isSampled = found.some(({ link }) => (link.context.traceFlags & TraceFlags.SAMPLED) !== 0);
  return { parent: isSampled ? ROOT_CONTEXT : (only?.context ?? ROOT_CONTEXT), links };
}

/** Origins pass through core, which does not know what they are. */
function isContext(origin: unknown): origin is Context {
  return typeof origin === "object" && origin !== null && "getValue" in origin;
}
