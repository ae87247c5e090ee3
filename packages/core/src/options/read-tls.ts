import type { TlsOptions } from "./connection-options.ts";
import type { connectionRows } from "./connection-rows.ts";
import { isGiven, type AddIssue, type OptionValues, type Spelling } from "./read-rows.ts";

type Values = Partial<OptionValues<typeof connectionRows>>;
type ReadText = (path: string) => string;

/** Reads TLS material; what is no PEM text is the path of a file for `readText`. */
export function readTls(
  values: Values,
  given: object,
  readText: ReadText | undefined,
  spelling: Spelling,
  issue: AddIssue,
): TlsOptions {
  checkPair(given, spelling, issue);
  const pem = (name: "tls-ca" | "tls-cert" | "tls-key"): string | undefined => {
    const value = values[name];
    if (value === undefined || value.trimStart().startsWith("-----BEGIN")) return value;
    if (readText === undefined) {
      issue(name, "expected PEM text that begins with -----BEGIN, found something else");
      return undefined;
    }
    const text = tryRead(readText, value);
    if (text === undefined) issue(name, "expected a file that can be read, found none");
    else if (!text.includes("-----BEGIN")) {
      issue(name, "expected a file with PEM text, found one without -----BEGIN");
    }
    return text;
  };
  const [ca, cert, key] = [pem("tls-ca"), pem("tls-cert"), pem("tls-key")];
  const servername = values["tls-servername"];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    insecure: values["tls-insecure"] ?? false,
  };
}

function checkPair(given: object, spelling: Spelling, issue: AddIssue): void {
  const pair = ["tls-cert", "tls-key"];
  const [missing, another] = pair.filter((name) => !isGiven(given, name, spelling));
  if (missing === undefined || another !== undefined) return;
  const [cert, key] = pair.map(spelling.written);
  issue(missing, `expected ${cert} and ${key} together, found one of them`);
}

function tryRead(readText: ReadText, path: string): string | undefined {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}
