import { expectTypeOf } from "vitest";
import type { ModelOptions } from "./model-options.ts";
import type { ModelOptionsInput } from "./model-options-input.ts";

expectTypeOf<"auto">().toExtend<NonNullable<ModelOptionsInput["batchSize"]>>();
expectTypeOf<ModelOptionsInput["batchSize"]>().toEqualTypeOf<number | "auto" | undefined>();
expectTypeOf<ModelOptionsInput["maxInFlight"]>().toEqualTypeOf<number | "auto" | undefined>();
expectTypeOf<ModelOptions["batchSize"]>().toEqualTypeOf<number | "auto">();

// @ts-expect-error -- one word is known, and no other
const wrong: ModelOptionsInput = { modelName: "m", batchSize: "large" };
expectTypeOf(wrong).toEqualTypeOf<ModelOptionsInput>();
