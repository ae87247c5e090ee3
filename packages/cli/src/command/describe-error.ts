import { OptionsError } from "@nereid/core";
import { kebabCase } from "./option-flags.ts";
import { UsageError } from "./usage-error.ts";

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
  if (error instanceof Error && error.cause instanceof OptionsError) {
    return error.cause.issues.map(({ problem }) => `${error.message}: ${problem}`);
  }
  return [error instanceof Error ? error.message : String(error)];
}

/** The command line is wrong, or names something that is not there, such as a secret's variable. */
export function isUsageError(error: unknown): boolean {
  if (error instanceof OptionsError || error instanceof UsageError) return true;
  return error instanceof Error && error.cause instanceof OptionsError;
}

/** Fields, such as `inputs.a`, are no flags. */
function flagOf(option: string): string {
  const name = kebabCase(option);
  if (option.includes(".") || option === "inputs" || option === "outputs") return option;
  return writtenAs[name] ?? `--${name}`;
}
