import {
  createResponseDecoder,
  decodeModelConfig,
  decodeModelMetadata,
  decodeModelStatistics,
  decodeRepositoryIndex,
  decodeRequest,
  decodeResponse,
  decodeServerMetadata,
  parseBytes,
  parseJson,
  rawBytes,
  readErrorText,
  textAt,
  textsOf,
  type InferenceResponse,
  type Tensor,
} from "@nereid/core/transport-kit";
import { promise, texts, type FuzzTarget } from "./target.ts";
import { binaryMessage } from "./samples.ts";

const responseJson =
  '{"model_name":"m","model_version":"1","id":"7","parameters":{"a":1,"b":true,"c":"x"},"outputs":[{"name":"OUT","datatype":"INT64","shape":[1,2],"data":[9007199254740993,-1]},{"name":"T","datatype":"BYTES","shape":[2],"data":["a","é"]}]}';
const responseBinary = binaryMessage(
  '{"model_name":"m","id":"7","outputs":[{"name":"OUT","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}}]}',
  Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64),
);

/** No output claims more elements than it has, and none is dropped. */
function checkOutputs({ outputs }: InferenceResponse): void {
  for (const { shape, data } of outputs) {
    const count = shape.reduce((product, size) => product * size, 1);
    promise(data.length === count, "as many elements as the shape says");
  }
}

/** The first two bytes tell the header's length, so that it is changed with the rest. */
function headerLength(bytes: Uint8Array): number | undefined {
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  return length === 0xffff ? undefined : length;
}

/** What core reads of servers and clients. */
export const coreTargets: readonly FuzzTarget[] = [
  {
    name: "json-response",
    samples: texts(responseJson),
    read: (bytes) => checkOutputs(decodeResponse(bytes, undefined)),
  },
  {
    name: "binary-response",
    samples: [responseBinary],
    read: (bytes) => checkOutputs(decodeResponse(bytes.subarray(2), headerLength(bytes))),
  },
  {
    name: "remembered-response",
    samples: [responseBinary],
    read(bytes) {
      const decode = createResponseDecoder();
      const good = responseBinary.subarray(2);
      decode(good, headerLength(responseBinary), "7");
      const body = bytes.subarray(2);
      const fresh = outcomeOf(() => decodeResponse(body, headerLength(bytes)));
      const remembered = outcomeOf(() => decode(body, headerLength(bytes), "7"));
      promise(fresh === remembered, "a decoder with a memory reads as one without");
    },
  },
  {
    name: "request",
    samples: [
      binaryMessage(
        '{"id":"1","inputs":[{"name":"IN","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":5}}],"parameters":{"sequence_id":3,"sequence_start":true,"priority":2}}',
        Uint8Array.of(1, 0, 0, 0, 65),
      ),
    ],
    read: (bytes) => decodeRequest({ name: "m" }, bytes.subarray(2), headerLength(bytes)),
  },
  {
    name: "bytes-tensor",
    samples: [Uint8Array.of(2, 1, 0, 0, 0, 65, 2, 0, 0, 0, 66, 67)],
    read(bytes) {
      const count = bytes[0] ?? 0;
      const data = parseBytes(bytes.subarray(1), count);
      promise(data.length === count, "as many elements as asked for");
      const all = textsOf(data);
      for (let index = 0; index < count; index += 1) {
        promise(all[index] === textAt(data, index), "all texts at once are each of them");
      }
    },
  },
  {
    name: "json",
    samples: texts('{"a":[1,2.5,-0,true,null,"\\u00e9\\ud83d\\ude00"],"b":{"c":9007199254740993}}'),
    read: parseJson,
  },
  {
    name: "error-text",
    samples: texts(
      '{"error":"no such model"}',
      "<html><b>502</b></html>",
      '{"detail":[{"msg":"x"}]}',
    ),
    read(bytes) {
      const text = readErrorText(bytes);
      promise(text.length <= 1024 && !/\p{Cc}/u.test(text), "a short line without controls");
    },
  },
  {
    name: "model-metadata",
    samples: texts(
      '{"name":"m","versions":["1","2"],"platform":"onnx","inputs":[{"name":"IN","datatype":"FP32","shape":[-1,16]}],"outputs":[{"name":"OUT","datatype":"TYPE_STRING","shape":["-1"]}]}',
    ),
    read: decodeModelMetadata,
  },
  {
    name: "model-config",
    samples: texts(
      '{"name":"m","max_batch_size":8,"input":[{"name":"IN","data_type":"TYPE_FP32","dims":[16],"optional":true}],"sequence_batching":{"max_sequence_idle_microseconds":"5000000"},"model_transaction_policy":{"decoupled":true},"dynamic_batching":{"priority_levels":"2"}}',
    ),
    read: decodeModelConfig,
  },
  {
    name: "model-statistics",
    samples: texts(
      '{"model_stats":[{"name":"m","version":"1","last_inference":1,"inference_count":18446744073709551615,"inference_stats":{"success":{"count":1,"ns":"2"}}}]}',
    ),
    read: decodeModelStatistics,
  },
  {
    name: "repository-index",
    samples: texts('[{"name":"m","version":"1","state":"READY","reason":""},{"name":"n"}]'),
    read: decodeRepositoryIndex,
  },
  {
    name: "server-metadata",
    samples: texts('{"name":"triton","version":"2.51.0","extensions":["binary_tensor_data"]}'),
    read: decodeServerMetadata,
  },
];

/** A value or the name of what was thrown, as a text that can be compared. */
function outcomeOf(read: () => InferenceResponse): string {
  try {
    const { outputs, id } = read();
    return JSON.stringify([
      id,
      outputs.map(({ name, shape }) => [name, shape]),
      outputs.map(hexOf),
    ]);
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

function hexOf(tensor: Tensor): string {
  return Buffer.from(rawBytes(tensor)).toString("hex");
}
