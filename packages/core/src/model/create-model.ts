import type { ModelOptionsInput } from "../options/model-options-input.ts";
import type { ModelOptions } from "../options/model-options.ts";
import { parseModelOptions } from "../options/parse-model-options.ts";
import type { ModelRef } from "../protocol/request.ts";
import type { Fields, RecordOf, RowOf } from "../record/field.ts";
import type { Transport } from "../transport/transport.ts";
import { assembleModel } from "./assemble-model.ts";
import type { ModelContext } from "./model-context.ts";
import type { Model } from "./model.ts";

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
  "observe",
  "telemetry",
  "logger",
  "logLevel",
  "closeTransport",
  "modelGoneGraceMs",
  "signal",
  "clock",
  "wallClock",
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
