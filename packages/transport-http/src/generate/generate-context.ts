import type { Clock, ConnectionOptions, GetServerFacts } from "@nereid/core/transport-kit";
import type { HttpClient } from "../http-client.ts";
import type { ModelFacts } from "./model-facts.ts";

/** What `generate` and `stream` are made with. */
export interface GenerateContext {
  readonly client: HttpClient;
  readonly options: ConnectionOptions;
  /** A new id for each exchange. */
  readonly createId: () => string;
  readonly serverFacts: GetServerFacts;
  readonly modelFacts: ModelFacts;
  /** Measures the deadlines of streams. */
  readonly clock: Clock;
}
