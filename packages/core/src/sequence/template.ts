import { EncodeError } from "../errors/errors.ts";

/** A text with `${field}` places, taken apart. */
export type Template = readonly (string | { readonly field: string })[];

const place = /\$\{([^{}]{1,256})\}/;

/** Takes a text apart at its `${field}` places. */
export function parseTemplate(text: string): Template {
  // The pattern has one capture group, so every second piece is a field's name.
  return text
    .split(place)
    .map((piece, index) => (index % 2 === 1 ? { field: piece } : piece))
    .filter((piece) => piece !== "");
}

/**
 * Fills a template from a record.
 *
 * @throws EncodeError when a field is missing or is not a text, number, bigint or boolean
 */
export function fillTemplate(template: Template, record: unknown): string {
  return template
    .map((piece) =>
      typeof piece === "string" ? piece : fieldText(record, piece.field, "sequence-id"),
    )
    .join("");
}

/**
 * A record's own field as text.
 *
 * @param option - the option that wants it, for messages
 * @throws EncodeError when it is missing or is not a text, number, bigint or boolean
 */
export function fieldText(record: unknown, field: string, option: string): string {
  const value =
    typeof record === "object" && record !== null && Object.hasOwn(record, field)
      ? Reflect.get(record, field)
      : undefined;
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      throw new EncodeError(
        `${option}: expected field "${field}" of the record to be text or a number, found ${value === null ? "null" : typeof value}`,
        { field },
      );
  }
}
