import type { z } from "zod";
import { guardRows } from "./guard-rows.ts";
import { defaultValue, modelName, modelVersion, numberOrAuto, warmup } from "./model-values.ts";
import type { OptionRow } from "./option-row.ts";
import {
  byteSize,
  duration,
  flag,
  text,
  wholeNumber,
  word,
  type ValueSchema,
} from "./value-schema.ts";

type Required<T> = OptionRow<ValueSchema<T>>;
type Optional<T> = OptionRow<z.ZodOptional<ValueSchema<T>>>;
type Defaulted<T> = OptionRow<z.ZodDefault<ValueSchema<T>>>;

/** The options of one model. */
export const modelRows: typeof guardRows & {
  readonly "model-name": Required<string>;
  readonly "model-version": Defaulted<string>;
  readonly timeout: Defaulted<number>;
  readonly "attempt-timeout": Optional<number>;
  readonly "max-retries": Defaulted<number>;
  readonly "retry-initial-backoff": Defaulted<number>;
  readonly "retry-max-backoff": Defaulted<number>;
  readonly "on-error": Optional<"fail" | "skip" | "default" | "dead-letter">;
  readonly "on-null": Defaulted<"fail" | "skip" | "default">;
  readonly "default-value": Optional<{ readonly value: unknown }>;
  readonly "batch-size": Defaulted<number | "auto">;
  readonly "batch-timeout": Defaulted<number>;
  readonly "batch-bytes": Defaulted<number>;
  readonly "max-in-flight": Optional<number | "auto">;
  readonly priority: Optional<number>;
  readonly "sequence-id": Optional<string>;
  readonly "sequence-id-auto-increment": Defaulted<boolean>;
  readonly "sequence-id-scope": Defaulted<"restart" | "run">;
  readonly "sequence-start": Optional<boolean>;
  readonly "sequence-end": Optional<boolean>;
  readonly "sequence-key": Optional<string>;
  readonly "sequence-idle": Optional<number>;
  readonly "subtask-index": Defaulted<number>;
  readonly "flatten-batch-dim": Defaulted<boolean>;
  readonly warmup: Optional<"auto" | readonly unknown[]>;
} = {
  "model-name": {
    schema: modelName(),
    type: "text",
    default: "required",
    description: "The model's name on its server: one path segment.",
  },
  "model-version": {
    schema: modelVersion().default(""),
    type: "digits or `latest`",
    default: "`latest`",
    description: "Pins a version. With `latest`, no version is sent and the server picks one.",
  },
  timeout: {
    schema: duration(1).default(30_000),
    type: "duration",
    default: "30s",
    description: "Longest wait for an answer, over all attempts and waits.",
  },
  "attempt-timeout": {
    schema: duration(1).optional(),
    type: "duration",
    default: "none",
    description: "Bound on one exchange, at most `timeout`; one that runs out of it is repeated.",
  },
  "max-retries": {
    schema: wholeNumber(0, 1000).default(3),
    type: "whole number",
    default: "3",
    description: "Further attempts after the first.",
  },
  "retry-initial-backoff": {
    schema: duration(1).default(100),
    type: "duration",
    default: "100ms",
    description: "Nominal wait before the first retry; doubles with each further one.",
  },
  "retry-max-backoff": {
    schema: duration(1).default(30_000),
    type: "duration",
    default: "30s",
    description: "Longest nominal wait. The real one is uniform between half of it and all of it.",
  },
  ...guardRows,
  "on-error": {
    schema: word("fail", "skip", "default", "dead-letter").optional(),
    type: "`fail`, `skip`, `default` or `dead-letter`",
    default: "`fail`; `default` with a `default-value`",
    description: "What becomes of a record whose final answer is an error.",
  },
  "on-null": {
    schema: word("fail", "skip", "default").default("fail"),
    type: "`fail`, `skip` or `default`",
    default: "`fail`",
    description: "What becomes of a record with null in a nullable field; a null never travels.",
  },
  "default-value": {
    schema: defaultValue().optional(),
    type: "value or JSON text",
    default: "none",
    description:
      "The row of a record that failed; checked against the outputs when the model is made.",
  },
  "batch-size": {
    schema: numberOrAuto().default(1),
    type: "whole number or `auto`",
    default: "1",
    description:
      "Records in one request at most; refused above what the model takes. `auto` learns what a batch costs and lets batches grow only as far as the load asks for, up to 1,024 or what the model takes.",
  },
  "batch-timeout": {
    schema: duration().default(0),
    type: "duration",
    default: "0",
    description: "Extra wait for a batch to fill while a slot is free; 0 waits for nothing.",
  },
  "batch-bytes": {
    schema: byteSize().default(8 * 1024 * 1024),
    type: "size",
    default: "8 MiB",
    description: "Size of the tensors at which a batch is closed.",
  },
  "max-in-flight": {
    schema: numberOrAuto().optional(),
    type: "whole number or `auto`",
    default: "100; 4 with a `batch-size` above 1; `auto` with `batch-size` `auto`",
    description:
      "Exchanges under way for one model. `auto` grows from 4 up to 100 until the server says that it is full, or exchanges run out of time.",
  },
  priority: {
    schema: wholeNumber(0, 255).optional(),
    type: "whole number to 255",
    default: "none",
    description: "Passed on unchanged: for Triton 1 is the most urgent and 0 the model's default.",
  },
  "sequence-id": {
    schema: text("text of 1 to 1,024 characters", 1024).optional(),
    type: "text",
    default: "none",
    description: "Id of a stateful sequence; `${field}` takes a field of the record.",
  },
  "sequence-id-auto-increment": {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description:
      "Gives every request the id `{sequence-id}-{subtask}-{counter}`; retries keep theirs.",
  },
  "sequence-id-scope": {
    schema: word("restart", "run").default("restart"),
    type: "`restart` or `run`",
    default: "`restart`",
    description: "`run` puts a random part into the ids, so that they differ after a restart.",
  },
  "sequence-start": {
    schema: flag().optional(),
    type: "boolean",
    default: "false",
    description: "Sent with each request; true by itself with auto-increment alone.",
  },
  "sequence-end": {
    schema: flag().optional(),
    type: "boolean",
    default: "false",
    description: "Sent with each request; true by itself with auto-increment alone.",
  },
  "sequence-key": {
    schema: text("text of 1 to 256 characters", 256).optional(),
    type: "name of a field",
    default: "none",
    description:
      "Keyed sequences: one live sequence for each value of this field; start and end are set for it.",
  },
  "sequence-idle": {
    schema: duration(1).optional(),
    type: "duration",
    default: "0.8 of the model's `max_sequence_idle_microseconds`",
    description: "When the sequence of a quiet key is ended.",
  },
  "subtask-index": {
    schema: wholeNumber(0).default(0),
    type: "whole number",
    default: "0",
    description: "Number of this parallel instance, a part of auto-increment ids.",
  },
  "flatten-batch-dim": {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description: "Drops a leading list of one where the model declares one dimension less.",
  },
  warmup: {
    schema: warmup().optional(),
    type: "`auto` or records",
    default: "none",
    description: "Sent before traffic; `auto` makes zeros of the right shape.",
  },
};
