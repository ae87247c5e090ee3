import { isDeepStrictEqual } from "node:util";
import {
  decodeLetter,
  encodeLetter,
  type StoredLetter,
} from "../packages/integration-streams/src/dead-letters/stored-letter.ts";
import { DecodeError } from "@nereid/core/transport-kit";
import { asText, promise, texts, type FuzzTarget } from "./target.ts";

/** What is read of files. */
export const storedTargets: readonly FuzzTarget[] = [
  {
    name: "dead-letter",
    samples: texts(
      '{"time":"2026-11-21T10:00:00.000Z","code":"server","message":"x","retryable":true,"delivery":"answered","attempts":2,"record":{"a":1,"b":{"$bigint":"9007199254740993"},"c":{"$Float32Array":"AACAPw=="},"d":[{"$number":"NaN"},{"$undefined":true},{"$date":0}],"e":{"$object":[["$x",1]]}}}',
    ),
    read(bytes) {
      const letter = letterOf(asText(bytes));
      if (letter === undefined) return;
      const { record, attempts, time } = letter;
      const timeMs = time.getTime();
      const error = new DecodeError(letter.message);
      const again = decodeLetter(encodeLetter({ record, error, attempts, timeMs }).trimEnd());
      promise(
        isDeepStrictEqual(again.record, record),
        "a record that was read is written the same",
      );
    },
  },
];

/** A letter, or undefined for a text that is refused as it is documented. */
function letterOf(text: string): StoredLetter | undefined {
  try {
    return decodeLetter(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
