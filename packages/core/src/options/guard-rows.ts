import type { OptionRow } from "./option-row.ts";
import type { z } from "zod";
import { ratio, type ValueSchema } from "./value-schema.ts";

type Defaulted<T> = OptionRow<z.ZodDefault<ValueSchema<T>>>;

/** The options of one model that guard its server against too much work. */
export const guardRows: {
  readonly "retry-budget": Defaulted<number>;
} = {
  "retry-budget": {
    schema: ratio().default(0.2),
    type: "ratio to 1",
    default: "0.2",
    description:
      "Retries over first tries in the long run: all of it after a throttle, half after other failures, a quarter after timeouts. A burst of 50 and one a second are free.",
  },
};
