/** Characters that end a run without matching what runs usually hold. */
const ends = ["\u0001", "\n\n"];

/** Texts of about `chars` characters on which a careless expression tries every way to match. */
export function* attackTexts(pattern: string, chars: number): Generator<string> {
  const plain = pattern.replace(/\\[pP]\{\w+\}|\\./g, " ");
  const escaped = [...pattern.matchAll(/\\([^\w])/g)].map(([, letter = ""]) => letter);
  const own = plain.replace(/[[\](){}|^$*+?,]/g, "");
  const letters = new Set(["a", "0", " ", "\n", ...escaped, ...Array.from(own)]);
  const alphabet = [...letters].slice(0, 9);
  const words = pattern.match(/(?:\\[^\w]|[\w:<,;=@/-])+/g) ?? [];
  const heads = ["", ...words.map((word) => word.replace(/\\/g, ""))].slice(0, 3);
  for (const end of ends) {
    for (const one of alphabet) {
      for (const head of heads) {
        yield `${head}${one.repeat(chars)}${end}`;
        yield `${`${head}${one}`.repeat(chars / (head.length + 1))}${end}`;
      }
      for (const other of alphabet.slice(0, 3)) yield `${(one + other).repeat(chars / 2)}${end}`;
    }
  }
}
