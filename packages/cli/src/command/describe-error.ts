import { OptionsError } from "@nereid/core";
import { kebabCase } from "./option-flags.ts";

/** Options that a command line has under another name. */
const writtenAs: Readonly<Record<string, string>> = {
  endpoint: "URL",
  "model-name": "MODEL",
  model: "MODEL",
  mode: "--grpc-mode",
  streams: "--grpc-streams",
  channels: "--grpc-channels",
  "keep-alive-ms": "--grpc-keep-alive-ms",
};

/** An error in lines for a person; each issue of options is one, named as its flag. */
export function describeError(error: unknown): readonly string[] {
  if (error instanceof OptionsError) {
    return error.issues.map(({ option, problem }) => `${flagOf(option)}: ${problem}`);
  }
  return [error instanceof Error ? error.message : String(error)];
}

/** Fields, such as `inputs.a`, are no flags. */
function flagOf(option: string): string {
  const name = kebabCase(option);
  if (option.includes(".") || option === "inputs" || option === "outputs") return option;
  return writtenAs[name] ?? `--${name}`;
}
