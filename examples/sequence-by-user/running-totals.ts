import { createModel, int32, type RecordSource, type Transport } from "@nereid/core";

/** What one user did. */
export interface Visit {
  readonly user: string;
  readonly X: number;
}

/** A total for each visit, over the visits of the same user: a sequence of the model for each. */
export async function* runningTotals(
  transport: Transport,
  visits: RecordSource<Visit>,
): AsyncGenerator<{ readonly user: string; readonly SUM: number }> {
  await using model = await createModel({
    transport,
    model: "accumulator",
    inputs: { X: int32() },
    outputs: { SUM: int32() },
  });
  const sequence = { key: ({ user }: Visit) => user, onLost: "restart" } as const;
  for await (const { user, SUM } of model.predictAll(visits, { sequence, join: true })) {
    yield { user, SUM };
  }
}
