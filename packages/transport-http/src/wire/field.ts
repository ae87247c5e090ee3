const name = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;
const tab = 0x09;
const space = 0x20;

/** True for the name of a header: RFC 9110, 5.1. */
export function isFieldName(text: string): boolean {
  return name.test(text);
}

/** True for what a header may say, spaces around it included; a line break would begin another header. */
export function isFieldValue(text: string): boolean {
  return value.test(text);
}

/**
 * Takes spaces and tabs away from both ends: RFC 9110, 5.5. `trim` knows more of them, and would read
 * `chunked` and a no-break space as `chunked`, which others do not.
 */
export function trimField(text: string): string {
  let from = 0;
  let end = text.length;
  while (from < end && isBlank(text.charCodeAt(from))) from += 1;
  while (from < end && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(from, end);
}

function isBlank(char: number): boolean {
  return char === space || char === tab;
}
