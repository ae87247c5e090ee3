import { bytesAt, rawBytes, type InferenceResponse, type Tensor } from "@nereid/core/transport-kit";
import { Refusal } from "./refusal.ts";

/** The body of an answer and the length of its JSON where bytes follow it. */
export interface WrittenAnswer {
  readonly body: Uint8Array;
  readonly headerBytes: number | undefined;
}

/** Writes an answer as Triton does: `NaN` and `Infinity` as bare words, floats with a point. */
export function writeAnswer(
  response: InferenceResponse,
  isBinary: (output: string) => boolean,
): WrittenAnswer {
  const chunks: Uint8Array[] = [];
  const outputs = response.outputs.map((tensor) =>
    writeOutput(tensor, isBinary(tensor.name), chunks),
  );
  const header = Buffer.concat([
    Buffer.from(
      `{${response.id === undefined || response.id === "" ? "" : `"id":${JSON.stringify(response.id)},`}"model_name":${JSON.stringify(response.modelName)},"model_version":"${response.modelVersion ?? "1"}","outputs":[`,
    ),
    ...outputs.flatMap((output, index) => (index === 0 ? [output] : [Buffer.from(","), output])),
    Buffer.from("]}"),
  ]);
  const hasBytes = chunks.some(({ byteLength }) => byteLength > 0);
  return {
    body: Buffer.concat([header, ...chunks]),
    headerBytes: hasBytes ? header.byteLength : undefined,
  };
}

function writeOutput(tensor: Tensor, binary: boolean, chunks: Uint8Array[]): Buffer {
  const head = `{"name":${JSON.stringify(tensor.name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(",")}]`;
  if (binary) {
    const raw = rawBytes(tensor);
    chunks.push(raw);
    return Buffer.from(`${head},"parameters":{"binary_data_size":${raw.byteLength}}}`);
  }
  return Buffer.concat([Buffer.from(`${head},"data":[`), writeData(tensor), Buffer.from("]}")]);
}

/** Elements as JSON, without brackets around them. @throws Refusal for what JSON cannot carry */
export function writeData(tensor: Tensor): Buffer {
  switch (tensor.datatype) {
    case "FP16":
    case "BF16":
      throw new Refusal(
        400,
        `sending ${tensor.datatype} data via JSON is not supported. Please use the binary data format for output`,
        { isPlain: true },
      );
    case "BYTES":
      return writeTexts(tensor);
    case "BOOL":
      return Buffer.from(Array.from(tensor.data, Boolean).join(","));
    case "FP32":
    case "FP64":
      return Buffer.from(Array.from(tensor.data, writeFloat).join(","));
    default:
      return Buffer.from(tensor.data.join(","));
  }
}

/** A floating-point number, always with a point or an exponent, which has no plus sign. */
export function writeFloat(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return `${value}.0`;
  return String(value).replace("e+", "e");
}

/** Bytes that are no UTF-8 go into the JSON as they are, as Triton puts them there. */
function writeTexts({ data }: Extract<Tensor, { datatype: "BYTES" }>): Buffer {
  const pieces: Buffer[] = [];
  for (let index = 0; index < data.length; index += 1) {
    const escaped = JSON.stringify(Buffer.from(bytesAt(data, index)).toString("latin1"));
    pieces.push(Buffer.from(index === 0 ? escaped : `,${escaped}`, "latin1"));
  }
  return Buffer.concat(pieces);
}
