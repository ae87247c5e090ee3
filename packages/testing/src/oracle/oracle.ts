import type { ModelRequest, ServerModel } from "../server/server-model.ts";

/** What names a record or a request. */
export type Key = string | number | bigint;

/** Knows what took effect, whatever became of the answers. */
export interface Oracle<K extends Key> {
  /** The model to serve: the given one, watched. */
  readonly model: ServerModel;
  /** How often each key took effect. */
  readonly effects: ReadonlyMap<K, number>;
  /** Keys that took effect more than once: the price of a retry, or a step applied twice. */
  repeated(): readonly K[];
  /** Forgets everything so far. */
  reset(): void;
}

/** What {@link createOracle} takes. */
export interface OracleOptions<K extends Key> {
  readonly model: ServerModel;
  /** The keys of one request: those of its rows, say. */
  readonly keysOf: (request: ModelRequest) => Iterable<K>;
}

/**
 * Watches a model. A request takes effect when the model answers it without an error; it counts also
 * when nobody is there to hear the answer. What the model throws or refuses takes no effect. The answers
 * of a decoupled model are not watched.
 */
export function createOracle<K extends Key>({ model, keysOf }: OracleOptions<K>): Oracle<K> {
  const effects = new Map<K, number>();
  const note = (request: ModelRequest): void => {
    for (const key of keysOf(request)) effects.set(key, (effects.get(key) ?? 0) + 1);
  };
  return {
    model: {
      ...model,
      async execute(requests) {
        const answers = await model.execute(requests);
        requests.forEach((request, index) => {
          const answer = answers[index];
          if (answer !== undefined && !("error" in answer)) note(request);
        });
        return answers;
      },
    },
    effects,
    repeated: () => [...effects].flatMap(([key, times]) => (times > 1 ? [key] : [])),
    reset: () => effects.clear(),
  };
}

/** The ids of requests as keys, for {@link createOracle}; a request without an id is not counted. */
export function requestIds(request: ModelRequest): readonly string[] {
  return request.id === undefined ? [] : [request.id];
}
