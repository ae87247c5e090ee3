import type { OptionResolvers } from "../options/parse-connection-options.ts";
import { parseOptionMap, type OptionMap } from "../options/parse-option-map.ts";
import type { Provider } from "../provider/provider.ts";
import type { Fields, RecordOf, RowOf } from "../record/field.ts";
import { assembleModel } from "./assemble-model.ts";
import { openWith } from "./create-model.ts";
import type { ModelContext } from "./model-context.ts";
import type { Model } from "./model.ts";

/** What an option map cannot carry. */
export interface FromOptionsContext<I extends Fields, O extends Fields>
  extends Omit<ModelContext<I, O>, "closeTransport">, OptionResolvers {
  /** The providers that `provider` can name. */
  readonly providers: readonly Provider[];
}

/**
 * Makes a model from the option map of a configuration file or of `CREATE MODEL`: kebab-case names,
 * values as text or of their real types. The model owns the transport that the provider opens.
 *
 * @throws OptionsError listing every problem of the map at once; otherwise as `createModel`
 */
export async function createModelFromOptions<I extends Fields = Fields, O extends Fields = Fields>(
  map: OptionMap,
  context: FromOptionsContext<I, O>,
): Promise<Model<RecordOf<I>, RowOf<O>>> {
  const { provider, connection, model, own } = parseOptionMap(map, context.providers, context);
  const transport = await provider.open({ connection, modelName: model.model.name, own });
  return openWith(transport, true, () => assembleModel(transport, model, context));
}
