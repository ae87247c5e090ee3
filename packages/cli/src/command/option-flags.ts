import { optionTable, type DocumentedOption } from "@nereid/core/transport-kit";
import { Option, type Command } from "commander";
import { grpcOptions } from "./grpc-options.ts";

/** Options by their names on the command line, in kebab-case, as they were written there. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** Options that are arguments of the commands. */
const arguments_: ReadonlySet<string> = new Set(["endpoint", "model-name"]);

const titles = {
  model: "Options of the model:",
  connection: "Options of the connection:",
} as const;

/** The table without what a command takes as an argument. */
const flags: readonly DocumentedOption[] = [...optionTable, ...grpcOptions].filter(
  ({ name }) => !arguments_.has(name),
);

/**
 * Adds a flag for every option of a scope. Values are read and checked where the library reads them, so
 * that the command line cannot differ from it.
 *
 * @param defaults - what the help says where the command has a default of its own
 */
export function addOptionFlags(
  command: Command,
  scope: DocumentedOption["scope"],
  defaults: Readonly<Record<string, string>> = {},
): Command {
  command.optionsGroup(titles[scope]);
  for (const option of flags) {
    const told = { ...option, default: defaults[option.name] ?? option.default };
    if (option.scope === scope) command.addOption(toFlag(told));
  }
  return command;
}

function toFlag({ name, type, default: fallback, description }: DocumentedOption): Option {
  const plain = (text: string): string => text.replaceAll("`", "");
  const text = `${plain(description)} (${plain(type)}; default: ${plain(fallback)})`;
  // A flag alone says true.
  if (type === "boolean") return new Option(`--${name} [true|false]`, text);
  return new Option(`--${name} <value>`, text);
}

/** The flags of a scope that were given. */
export function readFlags(command: Command, scope: DocumentedOption["scope"]): FlagValues {
  const given = flags
    .filter((option) => option.scope === scope)
    .map(({ name }): [string, unknown] => [name, command.getOptionValue(camelCase(name))])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

/** `max-retries` as `maxRetries`. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `maxRetries` as `max-retries`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
