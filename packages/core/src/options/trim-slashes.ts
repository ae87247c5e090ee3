/** A text without the slashes at its end; an expression for it would try each slash of the text. */
export function trimSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}
