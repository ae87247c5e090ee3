import { createModel, createModelFromOptions, float32, int8, nullable, string } from "@nereid/core";
import { createHttpTransport, tritonProvider } from "@nereid/transport-http";
import { doubling, inMemory } from "./models.ts";
import type { Section } from "./provocation.ts";

const fromMap = (map: Record<string, string>): Promise<unknown> =>
  createModelFromOptions(
    { provider: "triton", endpoint: "http://localhost:8000", "model-name": "poison", ...map },
    { providers: [tritonProvider] },
  );

export const options: Section = {
  errorClass: "OptionsError",
  meaning:
    "What was configured cannot work. Thrown when the model or the transport is made, before any call; `issues` lists every problem at once.",
  provocations: [
    {
      title: "A name that nobody knows",
      advice: "Spell it as the page of options does. The nearest known name is in the message.",
      provoke: () => fromMap({ "max-retrys": "5" }),
    },
    {
      title: "Values out of range",
      advice: "All problems are told at once: mend each of them.",
      provoke: () => fromMap({ timeout: "soon", "batch-size": "0" }),
    },
    {
      title: "More records in a batch than the model takes",
      advice: "Lower `batchSize`, or raise `max_batch_size` in the model's configuration.",
      provoke: () => doubling(inMemory(), { batchSize: 1000 }),
    },
    {
      title: "A field that the model does not have",
      advice:
        "Compare with `nereid inspect`. `named(…)` binds a field to a tensor of another name.",
      provoke: () =>
        createModel({ transport: inMemory(), model: "poison", outputs: { SCORE: float32() } }),
    },
    {
      title: "A field of another datatype",
      advice: "Declare what the model takes; widening happens only where nothing is lost.",
      provoke: () =>
        createModel({ transport: inMemory(), model: "poison", inputs: { IN: string() } }),
    },
    {
      title: "Credentials in the endpoint",
      advice: "URLs are printed in messages. Put the secret into `authToken` or `customHeaders`.",
      provoke: async () => createHttpTransport({ endpoint: "http://user:secret@localhost:8000" }),
    },
  ],
};

export const encode: Section = {
  errorClass: "EncodeError",
  meaning:
    "A record does not fit the model's inputs. Nothing was sent for it; `field` names the culprit.",
  provocations: [
    {
      title: "A missing field",
      advice: "Declare the fields, and the compiler finds it.",
      provoke: async () => {
        await using model = await createModel({ transport: inMemory(), model: "poison" });
        return await model.predict({});
      },
    },
    {
      title: "A value of another kind",
      advice: "Convert it before it comes here: nothing is coerced.",
      provoke: async () => {
        await using model = await createModel({ transport: inMemory(), model: "poison" });
        return await model.predict({ IN: "1" });
      },
    },
    {
      title: "A number out of range",
      advice: "Integers are never wrapped. Use a wider datatype, or leave the record out.",
      provoke: async () => {
        await using model = await createModel({
          transport: inMemory(),
          model: "sequence_id",
          inputs: { X: int8() },
          sequenceId: "s",
        });
        return await model.predict({ X: 300 });
      },
    },
    {
      title: "A list of another length",
      advice: "The model's shape is fixed; pad or cut the list.",
      provoke: async () => {
        await using model = await createModel({ transport: inMemory(), model: "add_sub" });
        return await model.predict({ INPUT0: [1, 2, 3], INPUT1: [1, 2, 3] });
      },
    },
    {
      title: "A null",
      advice: "A null never travels. Say with `onNull` what becomes of such records.",
      provoke: async () => {
        await using model = await createModel({
          transport: inMemory(),
          model: "poison",
          inputs: { IN: nullable(float32()) },
        });
        return await model.predict({ IN: null });
      },
    },
  ],
};

export const closed: Section = {
  errorClass: "ClosedError",
  meaning: "The model, transport or flow was closed before this was asked of it.",
  provocations: [
    {
      title: "A model that is closed",
      advice: "Look for an `await using` whose block has ended while calls still come.",
      provoke: async () => {
        const model = await doubling(inMemory());
        await model.close();
        return model.predict({ IN: 1 });
      },
    },
  ],
};

export const deadLetter: Section = {
  errorClass: "DeadLetterError",
  meaning:
    "A record failed, and what should have kept it failed too. `recordError` is what the record failed with, `cause` what the sink said.",
  provocations: [
    {
      title: "A sink that cannot keep a record",
      advice: "Mend the sink. The record is in the outcome, so that nobody loses it.",
      provoke: async () => {
        await using model = await createModel({
          transport: inMemory(),
          model: "poison",
          onError: "dead-letter",
          onDeadLetter: () => Promise.reject(new Error("no space left on the device")),
          maxRetries: 0,
        });
        return await model.predict({ IN: -1 });
      },
    },
  ],
};
