import {
  bytesAt,
  checkRequest,
  checkResponse,
  ClosedError,
  createTensor,
  elementCount,
  EncodeError,
  OptionsError,
  parseRaw,
  rawBytes,
  textAt,
  type BytesArray,
  type InferenceRequest,
  type ModelMetadata,
  type ModelRef,
  type Tensor,
  type Transport,
} from "@nereid/core/transport-kit";
import { checkAgainst, refusal } from "./check-request.ts";
import type {
  CheckedSource,
  ModelSource,
  SessionMetadata,
  WireTensor,
  WorkerSetup,
} from "./messages.ts";
import { createWorkerPool } from "./worker-pool.ts";
import { startWorkerThread } from "./worker-thread.ts";

/** An ONNX model of this process. */
export type OnnxModel = ModelSource & {
  /** Rows in one request at most. Default: no limit is told. */
  readonly maxBatchRows?: number;
  /** SHA-256 digest of the model, 64 hexadecimal digits; such a model has no external data. Default: any. */
  readonly sha256?: string;
  /** Bytes of the model and its external data at most. Default: 2 GiB. */
  readonly maxBytes?: number;
};

/** Options of {@link createOnnxRunner}. */
export interface OnnxRunnerOptions {
  /** Models by name. */
  readonly models: Readonly<Record<string, OnnxModel>>;
  /** Worker threads, each with a session of every model. Default: 1. */
  readonly threads?: number;
  /** Threads that one run may use inside ONNX Runtime. Default: 1. */
  readonly intraOpThreads?: number;
  /** Module that ONNX Runtime is imported from. Default: `onnxruntime-node`. */
  readonly runtime?: string;
}

/**
 * Runs ONNX models in worker threads, as a transport: the event loop is never blocked.
 *
 * The caller's tensors are copied once and stay the caller's; answers are handed over without a copy.
 * Parameters and priorities mean nothing here and are ignored; sequences and classes are refused.
 *
 * @throws OptionsError when ONNX Runtime is not installed or a model cannot be loaded
 */
export async function createOnnxRunner(options: OnnxRunnerOptions): Promise<Transport> {
  const { threads = 1, intraOpThreads = 1, runtime = "onnxruntime-node" } = options;
  checkOptions(options, threads, intraOpThreads);
  const models = Object.fromEntries(
    Object.entries(options.models).map(([name, model]) => [name, toSource(model)]),
  );
  const setup: WorkerSetup = { runtime, models, intraOpThreads };
  const started = await startThreads(setup, threads);
  const pool = createWorkerPool(started, setup);
  const metadata = describeModels(options.models, started[0]?.models ?? {});
  let closing: Promise<void> | undefined;
  let made = 0;

  const find = ({ name, version = "1" }: ModelRef): ModelMetadata | undefined => {
    if (closing !== undefined)
      throw new ClosedError("onnx: expected the runner open, found it closed");
    return version === "1" ? metadata.get(name) : undefined;
  };
  const findOrRefuse = (model: ModelRef): ModelMetadata => {
    const found = find(model);
    if (found !== undefined) return found;
    throw refusal(model.name, "not-found", "expected a model of this runner, found none");
  };
  const close = (): Promise<void> => {
    closing ??= pool.close();
    return closing;
  };

  return {
    name: "onnx",
    async infer(request, { signal }) {
      signal.throwIfAborted();
      const model = findOrRefuse(request.model);
      checkRequest(request);
      checkAgainst(model, request);
      const answer = await pool.run(toRun(request), signal);
      if (answer.kind === "failed") throw refusal(request.model.name, "internal", answer.reason);
      made += 1;
      const id = request.id ?? `onnx-${made}`;
      const outputs = answer.outputs.map(fromWire);
      return checkResponse(request, id, {
        modelName: request.model.name,
        modelVersion: "1",
        id,
        outputs,
      });
    },
    async metadata(model, { signal }) {
      signal.throwIfAborted();
      return findOrRefuse(model);
    },
    async ready(model, { signal }) {
      signal.throwIfAborted();
      return find(model) !== undefined;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function checkOptions(
  { models }: OnnxRunnerOptions,
  threads: number,
  intraOpThreads: number,
): void {
  const issues = [];
  for (const [option, value] of Object.entries({ threads, intraOpThreads })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    issues.push({ option, problem: `expected a whole number from 1 on, found ${value}` });
  }
  for (const [name, { sha256, maxBytes = 1 }] of Object.entries(models)) {
    if (!(maxBytes > 0)) {
      const problem = `expected a number of bytes above 0, found ${maxBytes}`;
      issues.push({ option: `models.${name}.maxBytes`, problem });
    }
    if (sha256 !== undefined && !/^[\da-f]{64}$/i.test(sha256)) {
      const problem = `expected 64 hexadecimal digits, found ${sha256.length} characters`;
      issues.push({ option: `models.${name}.sha256`, problem });
    }
  }
  if (Object.keys(models).length === 0) {
    issues.push({ option: "models", problem: "expected at least one model, found none" });
  }
  if (issues.length > 0) throw new OptionsError(issues);
}

const defaultMaxBytes = 2 * 1024 ** 3;

function toSource(model: OnnxModel): CheckedSource {
  const { maxBytes = defaultMaxBytes, sha256 } = model;
  const limits = { maxBytes, ...(sha256 === undefined ? {} : { sha256 }) };
  return "path" in model ? { path: model.path, ...limits } : { bytes: model.bytes, ...limits };
}

/** Starts the threads; when one fails, those that started are ended. */
async function startThreads(
  setup: WorkerSetup,
  threads: number,
): Promise<Awaited<ReturnType<typeof startWorkerThread>>[]> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: threads }, () => startWorkerThread(setup)),
  );
  const started = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return started;
  await Promise.all(started.map((thread) => thread.end()));
  throw failed.reason;
}

function describeModels(
  models: OnnxRunnerOptions["models"],
  sessions: Readonly<Record<string, SessionMetadata>>,
): ReadonlyMap<string, ModelMetadata> {
  return new Map(
    Object.entries(models).map(([name, { maxBatchRows }]) => [
      name,
      {
        name,
        versions: ["1"],
        platform: "onnxruntime",
        inputs: sessions[name]?.inputs ?? [],
        outputs: sessions[name]?.outputs ?? [],
        ...(maxBatchRows === undefined ? {} : { maxBatchRows }),
      },
    ]),
  );
}

function toRun({
  model,
  inputs,
  outputs = [],
}: InferenceRequest): Parameters<ReturnType<typeof createWorkerPool>["run"]>[0] {
  return {
    model: model.name,
    inputs: inputs.map(toWire),
    outputs: outputs.map(({ name }) => name),
  };
}

/** A copy that can be given away: the request may be sent again. */
function toWire(tensor: Tensor): WireTensor {
  const { name, datatype, shape } = tensor;
  if (tensor.datatype === "BYTES") checkTexts(name, tensor.data);
  return { name, datatype, shape, bytes: Uint8Array.from(rawBytes(tensor)) };
}

/** ONNX Runtime takes text alone, and cuts it at a NUL without a word. */
function checkTexts(name: string, data: BytesArray): void {
  for (let index = 0; index < data.length; index += 1) {
    if (textAt(data, index) !== undefined && !bytesAt(data, index).includes(0)) continue;
    throw new EncodeError(
      `input "${name}": expected UTF-8 text without NUL, which is all that ONNX Runtime takes, found other bytes`,
    );
  }
}

function fromWire({ name, datatype, shape, bytes }: WireTensor): Tensor {
  const data = parseRaw(datatype, bytes, elementCount(shape) ?? 0);
  // The data was read as the datatype says, which the type of the pair cannot say.
  return createTensor(name, datatype, shape, data) as Tensor;
}
