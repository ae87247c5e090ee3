import { expectTypeOf } from "vitest";
import type { Model } from "../model/model.ts";
import type { RecordOf, RowOf } from "./field.ts";
import { array, float32, int64, nullable, string } from "./fields.ts";

const inputs = { features: array(float32()), label: string(), hint: nullable(float32()) };
const outputs = {
  score: float32(),
  id: int64(),
  count: int64({ as: "number" }),
  vector: array(float32()),
  words: array(string()),
  maybe: nullable(float32()),
};

declare const model: Model<RecordOf<typeof inputs>, RowOf<typeof outputs>>;

const { score, id, count, vector, words, maybe } = await model.predict({
  features: [1, 2, 3],
  label: "x",
  hint: null,
});
expectTypeOf(score).toEqualTypeOf<number>();
expectTypeOf(id).toEqualTypeOf<bigint>();
expectTypeOf(count).toEqualTypeOf<number>();
expectTypeOf(vector).toEqualTypeOf<Float32Array>();
expectTypeOf(words).toEqualTypeOf<string[]>();
expectTypeOf(maybe).toEqualTypeOf<number>();

// @ts-expect-error a field is missing
await model.predict({ features: [1], hint: 1 });
// @ts-expect-error a field is misspelt
await model.predict({ features: [1], lable: "x", hint: 1 });
// @ts-expect-error only nullable fields take null
await model.predict({ features: [1], label: null, hint: 1 });
// @ts-expect-error the row has no such field
void (await model.predict({ features: [1], label: "x", hint: 1 })).scroe;
