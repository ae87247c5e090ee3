import { readFileSync } from "node:fs";
import { OptionsError, type Provider } from "@nereid/core";
import {
  checkResponse,
  createTensor,
  encodeBytes,
  ServerError,
  textAt,
} from "@nereid/core/transport-kit";

/**
 * `provider: table`: answers from a JSON file of keys and texts, named by `table-path`, such as the
 * rows that a slow model gave last night.
 */
export const tableProvider: Provider = {
  name: "table",
  ownOptions: ["table-path"],
  needsEndpoint: false,
  open({ modelName, own }) {
    const table = readTable(own["table-path"]);
    const close = async (): Promise<void> => undefined;
    return {
      name: "table",
      async infer(request, { signal }) {
        signal.throwIfAborted();
        const [key] = request.inputs;
        if (key?.datatype !== "BYTES") throw rejected("expected BYTES");
        const texts = Array.from({ length: key.data.length }, (_, index) => {
          return table.get(textAt(key.data, index) ?? "") ?? "";
        });
        const id = request.id ?? crypto.randomUUID();
        const outputs = [createTensor("text", "BYTES", key.shape, encodeBytes(texts))];
        return checkResponse(request, id, { id, modelName, outputs });
      },
      metadata: async () => ({
        name: modelName,
        versions: ["1"],
        platform: "table",
        maxBatchRows: 1024,
        inputs: [{ name: "key", datatype: "BYTES", shape: [-1, 1] }],
        outputs: [{ name: "text", datatype: "BYTES", shape: [-1, 1] }],
      }),
      ready: async () => true,
      close,
      [Symbol.asyncDispose]: close,
    };
  },
};

function readTable(path: unknown): ReadonlyMap<string, string> {
  const refuse = (problem: string, cause?: unknown): OptionsError =>
    new OptionsError([{ option: "table-path", problem }], { cause });
  if (typeof path !== "string") throw refuse("expected the path of a JSON file, found none");
  try {
    const entries = Object.entries<unknown>(JSON.parse(readFileSync(path, "utf8")));
    return new Map(entries.map(([key, text]) => [key, String(text)]));
  } catch (cause) {
    throw refuse("expected a JSON file that can be read, found another", cause);
  }
}

function rejected(serverText: string): ServerError {
  return new ServerError(`table: ${serverText}`, { outcome: "rejected", status: 400, serverText });
}
