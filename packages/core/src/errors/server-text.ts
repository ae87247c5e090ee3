const maxChars = 1024;
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * Makes a server's text safe to print: one line, no control or format characters, at most 1,024
 * characters.
 */
export function cleanServerText(text: string): string {
  const line = text
    .slice(0, 4 * maxChars)
    .replace(controls, " ")
    .trim();
  // A cut between the halves of a pair would leave a lone surrogate.
  return line.length <= maxChars ? line : `${line.slice(0, maxChars - 1).toWellFormed()}…`;
}
