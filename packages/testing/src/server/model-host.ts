import {
  systemClock,
  type Clock,
  type InferenceRequest,
  type InferenceResponse,
  type ModelRef,
  type ServerMetadata,
} from "@nereid/core/transport-kit";
import { checkInputs } from "./check-inputs.ts";
import { classifyOutputs } from "./classification.ts";
import { createDynamicBatcher, endOfTurn, type EndOfTurn } from "./dynamic-batcher.ts";
import { Refusal } from "./refusal.ts";
import { createRepository, type FoundModel } from "./repository.ts";
import { createSequences } from "./sequences.ts";
import type { ModelAnswer, ModelRequest, ServerModel } from "./server-model.ts";
import { tritonMetadata } from "./triton-metadata.ts";

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
  /** What the server says of itself. */
  readonly serverMetadata: ServerMetadata;
  /** Sorted by name. */
  readonly models: readonly ServerModel[];
  /** Every execution so far. */
  readonly ledger: readonly Execution[];
  /** Every request so far that could be read, as it was understood; refused ones too. */
  readonly received: readonly InferenceRequest[];
  /** The model and version that a reference means. @throws Refusal */
  find(model: ModelRef): FoundModel;
  isReady(model: ModelRef): boolean;
  /** @throws Refusal */
  infer(request: InferenceRequest, signal: AbortSignal): Promise<InferenceResponse>;
  /**
   * Answers of a decoupled model, in order; any other model has one. It ends behind the last answer: what
   * tells the end on the wire is the caller's.
   *
   * @throws Refusal, behind the answers that came before
   */
  answers(request: InferenceRequest, signal: AbortSignal): AsyncIterable<InferenceResponse>;
  /** Requests of a model version that it failed. */
  failures(model: string, version: string): number;
  /** How long a model version has worked, for each request of its batches. */
  workedMs(model: string, version: string): number;
  /** @throws Refusal for a model that does not exist */
  load(name: string): void;
  unload(name: string): void;
}

/** What a host takes from its surroundings. */
export interface HostContext {
  /** For the idle time of sequences. Default: the machine's. */
  readonly clock?: Clock;
  /** When requests that arrived together are executed. Default: the end of the event loop's turn. */
  readonly atEnd?: EndOfTurn;
  /**
   * Keep every request and execution, for tests to look at. Default: true; say false for a server that
   * runs for long.
   */
  readonly remember?: boolean;
  /** What the server says of itself. Default: what Triton 2.51 says. */
  readonly serverMetadata?: ServerMetadata;
}

interface Waiting {
  readonly request: ModelRequest;
  readonly id: string | undefined;
  readonly resolve: (answer: ModelAnswer) => void;
}

/** Hosts models. Requests of one turn of the event loop share a batch where the model wants it. */
export function createModelHost(
  models: readonly ServerModel[],
  context: HostContext = {},
): ModelHost {
  const { clock = systemClock, atEnd = endOfTurn, remember = true } = context;
  const { find, ...repository } = createRepository(models);
  const ledger: Execution[] = [];
  const received: InferenceRequest[] = [];
  const failed = new Map<string, number>();
  const worked = new Map<string, number>();

  const record = (execution: Execution): void => {
    if (remember) ledger.push(execution);
  };
  const receive = (request: InferenceRequest): void => {
    if (remember) received.push(request);
  };
  const execute = async (model: ServerModel, batch: readonly Waiting[]): Promise<void> => {
    const version = batch[0]?.request.version ?? "1";
    record({
      model: model.name,
      version,
      ids: batch.map(({ id }) => id),
      rows: batch.reduce((sum, { request }) => sum + request.rows, 0),
    });
    const startedAt = clock.now();
    const answers = await runModel(
      model,
      batch.map(({ request }) => request),
    );
    const key = `${model.name}/${version}`;
    const workedMs = (clock.now() - startedAt) * batch.length;
    worked.set(key, (worked.get(key) ?? 0) + workedMs);
    batch.forEach(({ resolve }, index) => {
      const answer = answers[index] ?? { error: "the model gave no answer" };
      if ("error" in answer) failed.set(key, (failed.get(key) ?? 0) + 1);
      resolve(answer);
    });
  };
  const batchers = new Map(
    models.map((model) => [
      model,
      new Map(
        (model.versions ?? ["1"]).map((version) => [
          version,
          createDynamicBatcher<Waiting>(
            (batch) => void execute(model, batch),
            ({ request }) => request.rows,
            { maxRows: model.dynamicBatching === true ? model.maxBatchRows : undefined, atEnd },
          ),
        ]),
      ),
    ]),
  );
  const sequences = new Map(models.map((model) => [model, createSequences(model, clock)]));

  const accept = (request: InferenceRequest, signal: AbortSignal) => {
    const { model, version } = find(request.model);
    const rows = checkInputs(model, request);
    sequences.get(model)?.step(request.sequence, rows);
    const asked: ModelRequest = {
      id: request.id,
      inputs: new Map(request.inputs.map((tensor) => [tensor.name, tensor])),
      rows,
      sequence: request.sequence,
      parameters: request.parameters ?? {},
      version,
      signal,
    };
    return { model, asked };
  };
  const batched = (
    model: ServerModel,
    request: ModelRequest,
    id: string | undefined,
  ): Promise<ModelAnswer> =>
    new Promise((resolve) => {
      batchers.get(model)?.get(request.version)?.add({ request, id, resolve });
    });

  return {
    ...repository,
    serverMetadata: context.serverMetadata ?? tritonMetadata,
    ledger,
    received,
    find,
    failures: (model, version) => failed.get(`${model}/${version}`) ?? 0,
    workedMs: (model, version) => worked.get(`${model}/${version}`) ?? 0,
    async infer(request, signal) {
      receive(request);
      refuseDecoupled(find(request.model).model);
      const { model, asked } = accept(request, signal);
      return respond(request, model, asked, await batched(model, asked, request.id));
    },
    async *answers(request, signal) {
      receive(request);
      const { model, asked } = accept(request, signal);
      if (model.decoupled === undefined) {
        yield respond(request, model, asked, await batched(model, asked, request.id));
        return;
      }
      const { rows, version } = asked;
      record({ model: model.name, version, ids: [request.id], rows });
      for await (const answer of model.decoupled(asked))
        yield respond(request, model, asked, answer);
    },
  };
}

/** @throws Refusal for an answer that is an error */
function respond(
  request: InferenceRequest,
  model: ServerModel,
  { version }: ModelRequest,
  answer: ModelAnswer,
): InferenceResponse {
  if ("error" in answer) throw new Refusal(500, answer.error, { isPlain: true });
  const wanted = request.outputs?.map(({ name }) => name) ?? [];
  const outputs = answer.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  return {
    modelName: model.name,
    modelVersion: version,
    ...(request.id === undefined ? {} : { id: request.id }),
    outputs: classifyOutputs(model, request, outputs),
  };
}

/** What a model throws fails every request of the batch. */
async function runModel(
  model: ServerModel,
  requests: readonly ModelRequest[],
): Promise<readonly ModelAnswer[]> {
  try {
    return await model.execute(requests);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return requests.map(() => ({ error: text }));
  }
}

/** Plain inference has one answer for each request. @throws Refusal */
export function refuseDecoupled({ decoupled }: ServerModel): void {
  if (decoupled === undefined) return;
  throw new Refusal(
    501,
    "HTTP end point doesn't support models with decoupled transaction policy",
    { isPlain: true },
  );
}
