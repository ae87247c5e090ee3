import {
  systemClock,
  type Clock,
  type InferenceRequest,
  type InferenceResponse,
  type ModelRef,
} from "@nereid/core/transport-kit";
import { checkInputs } from "./check-inputs.ts";
import { Refusal } from "./refusal.ts";
import { createSequences, type Sequences } from "./sequences.ts";
import type { ModelAnswer, ModelRequest, ServerModel } from "./server-model.ts";

/** One execution of a model: what took effect, for tests to compare with what came out. */
export interface Execution {
  readonly model: string;
  readonly version: string;
  /** Ids of the requests that ran together; undefined for one without. */
  readonly ids: readonly (string | undefined)[];
  readonly rows: number;
}

/** Models that run as Triton's schedulers run them. */
export interface ModelHost {
  readonly models: readonly ServerModel[];
  /** Every execution so far. */
  readonly ledger: readonly Execution[];
  /** The model and version that a reference means. @throws Refusal */
  find(model: ModelRef): { readonly model: ServerModel; readonly version: string };
  isReady(model: ModelRef): boolean;
  /** @throws Refusal */
  infer(request: InferenceRequest, signal: AbortSignal): Promise<InferenceResponse>;
  load(name: string): void;
  unload(name: string): void;
}

interface Waiting {
  readonly request: ModelRequest;
  readonly id: string | undefined;
  readonly resolve: (answer: ModelAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Hosts models. Requests of one turn of the event loop share a batch where the model wants it. */
export function createModelHost(
  models: readonly ServerModel[],
  clock: Clock = systemClock,
): ModelHost {
  const byName = new Map(models.map((model) => [model.name, model]));
  const unloaded = new Set<string>();
  const ledger: Execution[] = [];
  const sequences = new Map<string, Sequences>(
    models.map((model) => [model.name, createSequences(model, clock)]),
  );
  const waiting = new Map<string, Waiting[]>();

  const find: ModelHost["find"] = ({ name, version }) => {
    const model = byName.get(name);
    if (model === undefined || unloaded.has(name)) {
      throw new Refusal(404, `Request for unknown model: '${name}' is not found`);
    }
    const versions = model.versions ?? ["1"];
    if (version !== undefined && !versions.includes(version)) {
      throw new Refusal(
        404,
        `Request for unknown model: '${name}' version ${version} is not found`,
      );
    }
    return { model, version: version ?? versions.at(-1) ?? "1" };
  };

  const execute = async (model: ServerModel, batch: readonly Waiting[]): Promise<void> => {
    ledger.push({
      model: model.name,
      version: batch[0]?.request.version ?? "1",
      ids: batch.map(({ id }) => id),
      rows: batch.reduce((sum, { request }) => sum + request.rows, 0),
    });
    try {
      const answers = await model.execute(batch.map(({ request }) => request));
      batch.forEach(({ resolve }, index) => resolve(answers[index] ?? { error: "no answer" }));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const schedule = (model: ServerModel, entry: Waiting): void => {
    if (model.dynamicBatching !== true) {
      void execute(model, [entry]);
      return;
    }
    const together = waiting.get(model.name);
    if (together !== undefined) {
      together.push(entry);
      return;
    }
    waiting.set(model.name, [entry]);
    setImmediate(() => {
      const batch = waiting.get(model.name) ?? [];
      waiting.delete(model.name);
      void execute(model, batch);
    });
  };

  return {
    models,
    ledger,
    find,
    isReady(ref) {
      try {
        find(ref);
        return true;
      } catch {
        return false;
      }
    },
    async infer(request, signal) {
      const { model, version } = find(request.model);
      if (model.decoupled === true) {
        throw new Refusal(
          501,
          "HTTP end point doesn't support models with decoupled transaction policy",
          true,
        );
      }
      const rows = checkInputs(model, request);
      sequences.get(model.name)?.step(request.sequence);
      const asked: ModelRequest = {
        inputs: new Map(request.inputs.map((tensor) => [tensor.name, tensor])),
        rows,
        sequence: request.sequence,
        parameters: request.parameters ?? {},
        version,
        signal,
      };
      const answer = await new Promise<ModelAnswer>((resolve, reject) => {
        schedule(model, { request: asked, id: request.id, resolve, reject });
      }).catch((error: unknown): ModelAnswer => ({
        error: error instanceof Error ? error.message : String(error),
      }));
      if ("error" in answer) throw new Refusal(500, answer.error, true);
      const wanted = request.outputs?.map(({ name }) => name);
      return {
        modelName: model.name,
        modelVersion: version,
        ...(request.id === undefined ? {} : { id: request.id }),
        outputs: answer.filter(({ name }) => wanted?.includes(name) ?? true),
      };
    },
    load: (name) => void unloaded.delete(name),
    unload: (name) => void unloaded.add(name),
  };
}
