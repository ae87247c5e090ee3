import {
  createSharedOnce,
  type Call,
  type ModelMetadata,
  type ModelRef,
  type SharedOnce,
} from "@nereid/core/transport-kit";

/** What models declare, asked once for each model and version. */
export interface ModelFacts {
  /** @throws as the question does */
  get(model: ModelRef, call: Call): ModelMetadata | Promise<ModelMetadata>;
  /** Asks again next time: an answer was not as declared, so the model may have been replaced. */
  forget(model: ModelRef): void;
}

interface Known {
  readonly shared: SharedOnce<ModelMetadata>;
  /** The last one that asked. */
  call: Call;
}

/** Makes the memory of what models declare. @param ask - asks the server */
export function createModelFacts(
  ask: (model: ModelRef, call: Call) => Promise<ModelMetadata>,
): ModelFacts {
  const known = new Map<string, Known>();

  const learn = (model: ModelRef, call: Call): Known => {
    const key = keyOf(model);
    const entry: Known = {
      call,
      shared: createSharedOnce(async (signal) => {
        try {
          return { value: await ask(model, { ...entry.call, signal }), keep: true };
        } catch (error) {
          // Names that no server knows are without number.
          if (known.get(key) === entry) known.delete(key);
          throw error;
        }
      }),
    };
    known.set(key, entry);
    return entry;
  };

  return {
    get(model, call) {
      const entry = known.get(keyOf(model)) ?? learn(model, call);
      // A new question carries the headers of who asks it.
      entry.call = call;
      return entry.shared.get(call.signal);
    },
    forget: (model) => void known.delete(keyOf(model)),
  };
}

function keyOf({ name, version }: ModelRef): string {
  return JSON.stringify([name, version]);
}
