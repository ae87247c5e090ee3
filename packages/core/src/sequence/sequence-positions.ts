import { EncodeError } from "../errors/errors.ts";
import type { SequencePosition } from "../protocol/request.ts";
import { fillTemplate, parseTemplate } from "./template.ts";

/** How a model's requests are numbered. */
export interface SequenceIdOptions {
  /** Text, possibly with `${field}` places. */
  readonly id: string;
  /** Give every request an id of its own: `{id}-{subtask}-{counter}`. */
  readonly autoIncrement: boolean;
  /** `run` puts a random part after the id, so that ids never repeat after a restart. */
  readonly scope: "restart" | "run";
  readonly start: boolean;
  readonly end: boolean;
  readonly subtaskIndex: number;
}

/** @see Triton, "Sequence Extension": string ids are at most 128 bytes */
const maxIdBytes = 128;
const utf8 = new TextEncoder();

/**
 * Makes the sequence position of each logical request. The counter starts at 0 and moves once for
 * each call, so a retry that reuses the position keeps its id.
 *
 * @param runId - the random part that `run` scope inserts
 */
export function createSequencePositions(
  options: SequenceIdOptions,
  runId: string,
): (record: unknown) => SequencePosition {
  const template = parseTemplate(options.id);
  const run = options.scope === "run" ? `-${runId}` : "";
  let counter = 0n;
  return (record) => {
    const base = fillTemplate(template, record);
    const id = options.autoIncrement ? `${base}${run}-${options.subtaskIndex}-${counter}` : base;
    checkId(id);
    counter += 1n;
    return { id, start: options.start, end: options.end };
  };
}

function checkId(id: string): void {
  const bytes = utf8.encode(id).byteLength;
  if (bytes === 0 || bytes > maxIdBytes) {
    throw new EncodeError(`sequence-id: expected 1 to ${maxIdBytes} bytes, found ${bytes}`);
  }
}

/** 64 random bits as 16 hexadecimal digits. */
export function createRunId(randomBytes: (target: Uint8Array<ArrayBuffer>) => void): string {
  const bytes = new Uint8Array(8);
  randomBytes(bytes);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
