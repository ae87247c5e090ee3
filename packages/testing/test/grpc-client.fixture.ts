import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  Client,
  compressionAlgorithms,
  credentials,
  Metadata,
  type CallOptions,
  type ChannelCredentials,
  type StatusObject,
} from "@grpc/grpc-js";
import {
  GRPCInferenceService,
  type ModelStreamInferResponse,
} from "../src/generated/inference_pb.ts";

const { method } = GRPCInferenceService;

interface Unary<I extends DescMessage, O extends DescMessage> extends DescMethod {
  readonly input: I;
  readonly output: O;
}

/** How a call ended: with an answer, or with a code and a text. */
export type Outcome<T> = { readonly answer: T } | { readonly code: number; readonly text: string };

/** A stream of inference, with what came on it so far. */
export interface OpenStream {
  readonly answers: readonly ModelStreamInferResponse[];
  send(request: MessageInitShape<typeof method.modelStreamInfer.input>): void;
  end(): void;
  cancel(): void;
  /** Resolves with the answers when there are so many. */
  received(count: number): Promise<readonly ModelStreamInferResponse[]>;
  readonly status: Promise<Pick<StatusObject, "code" | "details">>;
}

/** The service over grpc-js used the ordinary way. */
export interface GrpcClient extends Disposable {
  call<I extends DescMessage, O extends DescMessage>(
    method: Unary<I, O>,
    request: MessageInitShape<I>,
    options?: CallOptions,
  ): Promise<Outcome<MessageShape<O>>>;
  openStream(headers?: Readonly<Record<string, string>>): OpenStream;
}

/** Makes a client of one connection. Messages have no limit. */
export function createGrpcClient(
  address: string,
  channelCredentials: ChannelCredentials = credentials.createInsecure(),
  compression: compressionAlgorithms = compressionAlgorithms.identity,
): GrpcClient {
  const client = new Client(address, channelCredentials, {
    "grpc.max_receive_message_length": -1,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.default_compression_algorithm": compression,
    "grpc.enable_retries": 0,
    "grpc.initial_reconnect_backoff_ms": 100,
  });
  return {
    call: (desc, request, options = {}) =>
      new Promise((resolve) => {
        client.makeUnaryRequest(
          pathOf(desc),
          (message: MessageInitShape<typeof desc.input>) => encode(desc.input, message),
          (bytes) => fromBinary(desc.output, bytes),
          request,
          new Metadata(),
          options,
          (error, answer) => {
            if (error !== null) resolve({ code: error.code, text: error.details });
            else if (answer !== undefined) resolve({ answer });
          },
        );
      }),
    openStream: (headers = {}) => openStream(client, headers),
    [Symbol.dispose]: () => client.close(),
  };
}

function openStream(client: Client, headers: Readonly<Record<string, string>>): OpenStream {
  const desc = method.modelStreamInfer;
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const call = client.makeBidiStreamRequest(
    pathOf(desc),
    (message: MessageInitShape<typeof desc.input>) => encode(desc.input, message),
    (bytes) => fromBinary(desc.output, bytes),
    metadata,
  );
  const answers: ModelStreamInferResponse[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  call.on("data", (answer: ModelStreamInferResponse) => {
    answers.push(answer);
    for (const { count, resolve } of waiting) if (answers.length >= count) resolve();
  });
  call.on("error", () => undefined);
  return {
    answers,
    send: (request) => void call.write(request),
    end: () => call.end(),
    cancel: () => call.cancel(),
    received: (count) =>
      new Promise((resolve) => {
        const done = (): void => resolve(answers);
        if (answers.length >= count) done();
        else waiting.push({ count, resolve: done });
      }),
    status: new Promise((resolve) => {
      call.on("status", ({ code, details }: StatusObject) => resolve({ code, details }));
    }),
  };
}

function pathOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

function encode<I extends DescMessage>(schema: I, message: MessageInitShape<I>): Buffer {
  return Buffer.from(toBinary(schema, create(schema, message)));
}
