import type { EndOfTurn } from "../flow/turn.ts";
import type { ModelOptionsInput } from "../options/model-options-input.ts";
import type { ModelOptions } from "../options/model-options.ts";
import { parseModelOptions } from "../options/parse-model-options.ts";
import type { ModelRef } from "../protocol/request.ts";
import type { Fields, RecordOf, RowOf } from "../record/field.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { Transport } from "../transport/transport.ts";
import { assembleModel } from "./assemble-model.ts";
import type { Model } from "./model.ts";
import type { OnDeadLetter } from "./row-from.ts";

/** What a model takes beside the options of the contract. */
export interface ModelContext<I extends Fields, O extends Fields> {
  /** The record's fields. Default: read from the server's metadata. */
  readonly inputs?: I;
  /** The row's fields. Default: read from the server's metadata. */
  readonly outputs?: O;
  /** Does every tensor's first dimension count records? Default: what the server tells. */
  readonly batchDimension?: boolean;
  /** Takes records that failed, with `onError: "dead-letter"`. */
  readonly onDeadLetter?: OnDeadLetter<RecordOf<I>>;
  /** Changes the layers; the first is the outermost. Default: deadline, retry, limit. */
  readonly layers?: (standard: readonly Layer[]) => readonly Layer[];
  /** Does the model's `close` close the transport? Say false where models share one. Default: true. */
  readonly closeTransport?: boolean;
  /** Gives up making the model. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
  /** Default: `setImmediate`. */
  readonly endOfTurn?: EndOfTurn;
}

/** What {@link createModel} takes. */
export interface CreateModelOptions<I extends Fields, O extends Fields>
  extends ModelContext<I, O>, Omit<ModelOptionsInput, "modelName" | "modelVersion"> {
  readonly transport: Transport;
  /** The model's name on its server, or its name and version. */
  readonly model: string | ModelRef;
}

const contextNames: readonly string[] = [
  "transport",
  "model",
  "inputs",
  "outputs",
  "batchDimension",
  "onDeadLetter",
  "layers",
  "closeTransport",
  "signal",
  "clock",
  "random",
  "endOfTurn",
];

/**
 * Makes a model: reads its metadata, binds the declared fields to it, and warms it up when asked.
 *
 * The model owns the transport unless `closeTransport` is false; it is closed as well when making the
 * model fails.
 *
 * @throws OptionsError when options, fields and model do not fit; the transport's errors
 */
export async function createModel<I extends Fields = Fields, O extends Fields = Fields>(
  options: CreateModelOptions<I, O>,
): Promise<Model<RecordOf<I>, RowOf<O>>> {
  return openWith(options.transport, options.closeTransport ?? true, () =>
    assembleModel(options.transport, parseOptions(options), options),
  );
}

/** Runs `open`; a transport that the model would own is closed when it fails. */
export async function openWith<T>(
  transport: Transport,
  owned: boolean,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (owned) await transport.close();
    throw error;
  }
}

function parseOptions<I extends Fields, O extends Fields>(
  options: CreateModelOptions<I, O>,
): ModelOptions {
  const { name, version }: ModelRef =
    typeof options.model === "string" ? { name: options.model } : options.model;
  return parseModelOptions(
    { ...options, modelName: name, ...(version === undefined ? {} : { modelVersion: version }) },
    contextNames,
  );
}
