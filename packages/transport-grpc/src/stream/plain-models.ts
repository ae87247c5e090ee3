import {
  createSharedOnce,
  InferenceError,
  type Call,
  type ModelRef,
  type SharedOnce,
  type Transport,
} from "@nereid/core/transport-kit";

/** Tells which models have one answer for each request. */
export interface PlainModels {
  /**
   * A promise only while the server is asked. False also for a model that the server does not describe,
   * or not now.
   *
   * @throws the call's reason as it is, when it is given up
   */
  has(model: ModelRef, call: Call): boolean | Promise<boolean>;
  /** A server that comes back may have other models. */
  forget(): void;
}

/**
 * Asks a server once for each model. Triton 2.51 dies when one stream carries plain and decoupled models,
 * so none may be taken for what it is not.
 */
export function createPlainModels(metadata: Transport["metadata"]): PlainModels {
  const known = new Map<string, SharedOnce<boolean>>();
  const ask = (model: ModelRef, headers: Call["headers"]): SharedOnce<boolean> =>
    createSharedOnce(async (signal) => {
      try {
        const { decoupled } = await metadata(model, { signal, headers, attempt: 1 });
        return { value: decoupled === false, keep: true };
      } catch (error) {
        if (!InferenceError.is(error)) throw error;
        return { value: false, keep: false };
      }
    });
  return {
    has(model, { signal, headers }) {
      const key = model.version === undefined ? model.name : `${model.name}\n${model.version}`;
      let one = known.get(key);
      if (one === undefined) {
        one = ask(model, headers);
        known.set(key, one);
      }
      return one.get(signal);
    },
    forget: () => known.clear(),
  };
}
