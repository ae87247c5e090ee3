import { parentPort, workerData } from "node:worker_threads";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { checkedModel } from "./checked-model.ts";
import { toDatatype, toElementType } from "./element-types.ts";
import { loadRuntime, type Runtime } from "./load-runtime.ts";
import type {
  RunAnswer,
  RunRequest,
  SessionMetadata,
  WireTensor,
  WorkerSetup,
  WorkerStarted,
} from "./messages.ts";
import { readTexts, writeTexts } from "./string-tensors.ts";
import { viewOf } from "./typed-views.ts";

// The worker imports nothing of core but types: it must start from sources and from the package alike,
// whatever conditions the thread that starts it resolves modules with.

const setup: WorkerSetup = workerData;
const sessions = new Map<string, InferenceSession>();

async function start(): Promise<Runtime | undefined> {
  let model: string | undefined;
  try {
    const runtime = await loadRuntime(setup.runtime);
    const models: Record<string, SessionMetadata> = {};
    for (const [name, source] of Object.entries(setup.models)) {
      model = name;
      const options = { intraOpNumThreads: setup.intraOpThreads };
      // In each thread, and so again when one is replaced: what is loaded is what was looked at.
      const checked = await checkedModel(source);
      const session =
        typeof checked === "string"
          ? await runtime.InferenceSession.create(checked, options)
          : await runtime.InferenceSession.create(checked, options);
      sessions.set(name, session);
      models[name] = describe(session);
    }
    send({ kind: "started", models });
    return runtime;
  } catch (error) {
    send({ kind: "refused", model, reason: reasonOf(error) });
    return undefined;
  }
}

function describe({ inputMetadata, outputMetadata }: InferenceSession): SessionMetadata {
  return { inputs: inputMetadata.map(describeValue), outputs: outputMetadata.map(describeValue) };
}

function describeValue(
  value: InferenceSession["inputMetadata"][number],
): SessionMetadata["inputs"][number] {
  const datatype = value.isTensor ? toDatatype(value.type) : undefined;
  if (!value.isTensor || datatype === undefined) {
    throw new TypeError(`"${value.name}" is of a type that cannot travel as a tensor`);
  }
  const shape = value.shape.map((size) => (typeof size === "number" && size >= 0 ? size : -1));
  return { name: value.name, datatype, shape };
}

async function run(runtime: Runtime, request: RunRequest): Promise<RunAnswer> {
  const session = sessions.get(request.model);
  if (session === undefined) return { kind: "failed", reason: `no model "${request.model}"` };
  try {
    const feeds = Object.fromEntries(
      request.inputs.map((tensor) => [tensor.name, toOrt(runtime, tensor)]),
    );
    const answer =
      request.outputs.length === 0
        ? await session.run(feeds)
        : await session.run(feeds, request.outputs);
    const outputs = Object.entries(answer).map(([name, tensor]) => fromOrt(name, tensor));
    return { kind: "ran", outputs };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

function toOrt({ Tensor }: Runtime, { datatype, shape, bytes }: WireTensor): Tensor {
  if (datatype === "BYTES") return new Tensor("string", readTexts(bytes), shape);
  const type = toElementType(datatype);
  if (type === undefined) throw new TypeError(`${datatype} is no element type of ONNX Runtime`);
  // The table pairs each element type with its typed array, which the overloads cannot see.
  return new Tensor(type as "float32", viewOf(type, bytes) as Float32Array, shape);
}

function fromOrt(name: string, tensor: Tensor): WireTensor {
  const datatype = toDatatype(tensor.type);
  if (datatype === undefined) throw new TypeError(`output "${name}" cannot travel as a tensor`);
  const shape = [...tensor.dims];
  if (datatype === "BYTES") {
    return { name, datatype, shape, bytes: writeTexts(Array.from(tensor.data, String)) };
  }
  const data = tensor.data;
  if (!ArrayBuffer.isView(data)) throw new TypeError(`output "${name}" has no memory`);
  return { name, datatype, shape, bytes: ownBytes(data) };
}

/** Memory that can be given to another thread: whole buffers as they are, parts as copies. */
function ownBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === byteLength) {
    return new Uint8Array(buffer);
  }
  return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function send(message: WorkerStarted | RunAnswer): void {
  const transfer = message.kind === "ran" ? message.outputs.map(({ bytes }) => bytes.buffer) : [];
  parentPort?.postMessage(message, [...new Set(transfer)]);
}

const runtime = await start();
if (runtime !== undefined) {
  parentPort?.on("message", (request: RunRequest) => {
    void run(runtime, request).then(send);
  });
}
