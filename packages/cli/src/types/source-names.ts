const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** Words that cannot name a constant of a module. */
const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum " +
    "eval export extends false finally for function if implements import in instanceof interface " +
    "let new null package private protected public return static super switch this throw true " +
    "try typeof undefined var void while with yield"
  ).split(" "),
);

/**
 * A constant's name from a model's: `add_sub` becomes `addSub`.
 *
 * @param taken - names that it must not have
 */
export function constantName(model: string, taken: ReadonlySet<string>): string {
  const words = model.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const joined = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word)));
  const name = joined.join("") || "model";
  const plain = identifier.test(name) && !reserved.has(name) ? name : `model${upperFirst(name)}`;
  let free = plain;
  for (let number = 2; taken.has(free); number += 1) free = `${plain}${number}`;
  return free;
}

/** `addSub` as `AddSub`. */
export function upperFirst(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function lowerFirst(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}

/** A key of an object literal. `__proto__` would set the prototype, so it is computed. */
export function keySource(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : textSource(name);
}

/** A string literal in the quotes that need fewer escapes, as formatters choose them. */
export function textSource(text: string): string {
  const double = JSON.stringify(text);
  if (!text.includes('"') || text.includes("'")) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"')}'`;
}
