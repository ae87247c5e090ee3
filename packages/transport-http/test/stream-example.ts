import {
  createTensor,
  encodeBytes,
  textAt,
  type InferenceRequest,
} from "@nereid/core/transport-kit";
import { createHttpTransport } from "@nereid/transport-http";

/** What a text model says to each question, piece by piece. */
export async function* ask(endpoint: string, questions: readonly string[]): AsyncGenerator<string> {
  await using transport = createHttpTransport({ endpoint });
  async function* requests(): AsyncGenerator<InferenceRequest> {
    for (const question of questions) {
      const input = createTensor("text_input", "BYTES", [1], encodeBytes([question]));
      yield { model: { name: "teller" }, inputs: [input], parameters: { max_tokens: 64 } };
    }
  }
  const call = { signal: AbortSignal.timeout(60_000), headers: {}, attempt: 1 };
  for await (const { outputs } of transport.stream(requests(), call)) {
    const text = outputs.find(({ name }) => name === "text_output");
    if (text?.datatype === "BYTES") yield textAt(text.data, 0) ?? "";
  }
}
