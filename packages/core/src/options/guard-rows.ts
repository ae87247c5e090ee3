import type { OptionRow } from "./option-row.ts";
import type { z } from "zod";
import { durationOrNone } from "./model-values.ts";
import { duration, flag, ratio, wholeNumber, type ValueSchema } from "./value-schema.ts";

type Defaulted<T> = OptionRow<z.ZodDefault<ValueSchema<T>>>;

/** The options of one model that guard its server against too much work. */
export const guardRows: {
  readonly "retry-budget": Defaulted<number>;
  readonly hedging: Defaulted<boolean>;
  readonly "stall-timeout": Defaulted<number>;
  readonly "drain-timeout": Defaulted<number>;
  readonly "circuit-breaker-enabled": Defaulted<boolean>;
  readonly "circuit-breaker-failure-threshold": Defaulted<number>;
  readonly "circuit-breaker-timeout": Defaulted<number>;
  readonly "circuit-breaker-half-open-requests": Defaulted<number>;
  readonly "health-check-enabled": Defaulted<boolean>;
  readonly "health-check-interval": Defaulted<number>;
} = {
  "retry-budget": {
    schema: ratio().default(0.2),
    type: "ratio to 1",
    default: "0.2",
    description:
      "Retries over first tries in the long run: all of it after a throttle, half after other failures, a quarter after timeouts. A burst of 50 and one a second are free. Rows of a stream wait when it is empty, a lone prediction fails. One budget serves all models on an endpoint in the process.",
  },
  hedging: {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description:
      "Sends a request that takes longer than 95 % of the last ones, and 50 ms at least, to a second endpoint too and takes the first answer. Only with several endpoints and for requests without a state, one in twenty at most, and not while anything fails.",
  },
  "stall-timeout": {
    schema: durationOrNone().default(300_000),
    type: "duration or `none`",
    default: "5min",
    description:
      "How long the rows of a stream wait while nothing can be sent: no server is there, its circuit is open, it asks to wait, or the retry budget is empty. Their `timeout` stands still meanwhile. Then the stream ends with an error, and these rows are not settled. Steps of sequences do not wait: their state may be gone with the server.",
  },
  "drain-timeout": {
    schema: duration().default(30_000),
    type: "duration",
    default: "30s",
    description:
      "How long closing the model waits for what is under way. What is left then is given up and not settled.",
  },
  "circuit-breaker-enabled": {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description:
      "Sends nothing for a while to an endpoint that fails most of the time, which all models on it learn at once; a model that fails by itself is kept back alone. Of several endpoints the bad ones are avoided without it too, but at most half of them.",
  },
  "circuit-breaker-failure-threshold": {
    schema: ratio().default(0.5),
    type: "ratio to 1",
    default: "0.5",
    description:
      "Share of failed attempts in the last 10 s, of at least 10, that opens the circuit. Five failures in a row to reach the server open it as well.",
  },
  "circuit-breaker-timeout": {
    schema: duration(1).default(60_000),
    type: "duration",
    default: "60s",
    description:
      "How long an open circuit sends nothing, less up to a fifth by chance. Doubles up to 60s while probes fail.",
  },
  "circuit-breaker-half-open-requests": {
    schema: wholeNumber(1, 1000).default(3),
    type: "whole number",
    default: "3",
    description: "Probes that must succeed before the circuit closes: one alone, then the others.",
  },
  "health-check-enabled": {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description:
      "Asks each endpoint now and then whether the server and the model are ready. One that says no, or nothing three times in a row, gets no new work until it says yes; its sequences are lost.",
  },
  "health-check-interval": {
    schema: duration(1).default(30_000),
    type: "duration",
    default: "30s",
    description:
      "Between checks, give or take a tenth; the first comes when the model is made. After a failed check at most a second.",
  },
};
