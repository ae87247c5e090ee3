import { OptionsError } from "../errors/errors.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import { zeroInputs } from "../record/zero-record.ts";
import type { Infer } from "../transport/transport.ts";
import type { Model } from "./model.ts";

/**
 * Sends the warm-up records, or one request of zeros, before any traffic.
 *
 * @throws the error of the first one that fails
 */
export async function warmUp<R extends object, Row extends object>(
  { model, warmup }: ModelOptions,
  metadata: ModelMetadata,
  infer: Infer,
  opened: Model<R, Row>,
): Promise<void> {
  if (warmup === undefined) return;
  if (warmup !== "auto") {
    // The records are the caller's; encoding checks them as it checks every record.
    await Promise.all(warmup.map((record) => opened.predict(record as R)));
    return;
  }
  const inputs = zeroInputs(metadata);
  if (inputs.length === 0) {
    throw new OptionsError([
      {
        option: "warmup",
        problem: "expected a model that declares its inputs for auto, found none",
      },
    ]);
  }
  await infer({ model, inputs }, { signal: new AbortController().signal, headers: {}, attempt: 1 });
}
