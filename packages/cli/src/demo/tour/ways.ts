import { Readable } from "node:stream";
import { array, createModel, float32, int32, string, type Transport } from "@nereid/core";
import { bundledModel } from "../../serve/model-paths.ts";

/** A record of the tour. */
export interface TourRecord {
  readonly bytes: Int32Array;
}

/** One way to send records: the languages that came back, in the order of the records. */
export type Way = (records: readonly TourRecord[]) => Promise<readonly string[]>;

/** As much of an answer as this needs. */
interface V2Answer {
  readonly outputs?: readonly { readonly name: string; readonly data: readonly string[] }[];
  readonly error?: string;
}

/** One request as most people write it first. */
async function ask(url: string, { bytes }: TourRecord): Promise<string> {
  const input = { name: "bytes", datatype: "INT32", shape: [1, bytes.length], data: [...bytes] };
  const response = await fetch(`${url}/v2/models/${bundledModel}/infer`, {
    method: "POST",
    body: JSON.stringify({ inputs: [input] }),
  });
  const answer: V2Answer = JSON.parse(await response.text());
  if (!response.ok) throw new Error(answer.error ?? `status ${response.status}`);
  return answer.outputs?.find(({ name }) => name === "language")?.data[0] ?? "";
}

/** `for … await fetch(…)`: one request at a time. */
export function plainLoop(url: string, onAnswer: () => void = () => undefined): Way {
  return async (records) => {
    const languages: string[] = [];
    for (const record of records) {
      languages.push(await ask(url, record));
      onAnswer();
    }
    return languages;
  };
}

/** `Readable.map`: sixteen requests at a time. */
export function mappedStream(url: string): Way {
  return async (records) =>
    Readable.from(records)
      .map((record: TourRecord) => ask(url, record), { concurrency: 16 })
      .toArray();
}

/** What a run with Nereid takes beside its transport. */
export interface NereidWayOptions {
  readonly signal: AbortSignal;
  /** Further attempts of a request. Default: 3. */
  readonly maxRetries?: number;
  /** Longest wait for an answer. Default: 30 s. */
  readonly timeout?: number;
  /** Called when an outcome arrives. */
  readonly onSettled?: (error: string | undefined) => void;
}

/** The same records with Nereid, over any transport. A record that fails has "" in its place. */
export function nereidWay(transport: Transport, options: NereidWayOptions): Way {
  const { signal, maxRetries = 3, timeout = 30_000, onSettled } = options;
  return async (records) => {
    await using model = await createModel({
      transport,
      model: bundledModel,
      inputs: { bytes: array(int32()) },
      outputs: { language: string(), confidence: float32() },
      batchSize: 32,
      maxRetries,
      timeout,
      retryMaxBackoff: 1000,
      signal,
    });
    const languages: string[] = [];
    for await (const settled of model.settleAll(records, { signal })) {
      languages.push(settled.outcome === "failed" ? "" : settled.row.language);
      onSettled?.(settled.outcome === "ok" ? undefined : settled.error.message);
    }
    return languages;
  };
}
