import type { InferenceResponse } from "@nereid/core/transport-kit";
import { writeData } from "./write-answer.ts";

/**
 * Writes an answer of `generate`: one flat object whose members are sorted by name, with an output of one
 * element as a lone value.
 */
export function writeFlatAnswer({
  id = "",
  modelName,
  modelVersion = "1",
  outputs,
}: InferenceResponse): Uint8Array {
  const members = new Map<string, Buffer>([
    ["model_name", Buffer.from(JSON.stringify(modelName))],
    ["model_version", Buffer.from(JSON.stringify(modelVersion))],
  ]);
  if (id !== "") members.set("id", Buffer.from(JSON.stringify(id)));
  for (const tensor of outputs) {
    const data = writeData(tensor);
    members.set(tensor.name, tensor.data.length === 1 ? data : inBrackets(data));
  }
  const names = [...members.keys()].sort();
  const written = names.flatMap((name, index) => [
    Buffer.from(`${index === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    members.get(name) ?? Buffer.alloc(0),
  ]);
  return Buffer.concat([...written, Buffer.from("}")]);
}

function inBrackets(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from("["), data, Buffer.from("]")]);
}
