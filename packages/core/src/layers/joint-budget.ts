import type { RetryBudget } from "./retry-budget.ts";

/**
 * What a model on several endpoints pays its retries with, before it is known where they go: the fullest
 * budget pays, and gets back what was no burden. What first tries earn belongs to the endpoint that answered,
 * and is told to its budget by whoever knows it.
 *
 * @param budgets - one for each endpoint, at least one
 */
export function joinBudgets(budgets: readonly RetryBudget[]): RetryBudget {
  const fullest = (among: readonly RetryBudget[]): RetryBudget | undefined =>
    among.reduce<RetryBudget | undefined>(
      (best, one) => (best === undefined || one.left > best.left ? one : best),
      undefined,
    );
  return {
    take(reason) {
      for (const budget of budgets.toSorted((one, other) => other.left - one.left)) {
        const paid = budget.take(reason);
        if (paid !== undefined) return paid;
      }
      return undefined;
    },
    earn: () => undefined,
    // One that is full has nothing outstanding.
    refund: (tokens) => fullest(budgets.filter(({ left }) => left < 1))?.refund(tokens),
    get left() {
      return fullest(budgets)?.left ?? 0;
    },
    async replenished(signal) {
      const over = new AbortController();
      const any = AbortSignal.any([signal, over.signal]);
      try {
        await Promise.race(budgets.map((budget) => budget.replenished(any)));
      } finally {
        over.abort();
      }
    },
  };
}
