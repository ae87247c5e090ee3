import type { FlowOptions } from "../flow/flow.ts";
import type { KeyedSequences } from "../flow/keyed-sequences.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import { fieldText } from "../sequence/template.ts";

/** Of the server's idle time, so that a sequence is ended before the server forgets it. */
const idleShare = 0.8;

/** What a stream asks for, with what the options and the server say of the rest. */
export function keyedSequencesOf<R>(
  asked: FlowOptions<R>["sequence"],
  { sequenceKey, sequenceIdleMs }: ModelOptions,
  metadata: ModelMetadata,
): KeyedSequences<R> | undefined {
  const wanted = asked ?? keyOfField(sequenceKey);
  if (wanted === undefined) return undefined;
  const maxIdleUs = metadata.sequence?.maxIdleUs;
  const serverIdleMs = maxIdleUs === undefined ? undefined : (maxIdleUs / 1000) * idleShare;
  const idleMs = sequenceIdleMs ?? serverIdleMs;
  return {
    ...(idleMs === undefined ? {} : { idleMs }),
    ...(typeof wanted === "function" ? { key: wanted } : wanted),
  };
}

function keyOfField(field: string | undefined): ((record: unknown) => string) | undefined {
  if (field === undefined) return undefined;
  return (record) => fieldText(record, field, "sequence-key");
}
