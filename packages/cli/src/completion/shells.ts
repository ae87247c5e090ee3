/** A flag, as a shell completes it. */
export interface CompletedFlag {
  /** With its dashes. */
  readonly name: string;
  readonly description: string;
}

/** A command, as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly CompletedFlag[];
}

/** The shells that there are scripts for. */
export const shells = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = (typeof shells)[number];

/** The script that completes `nereid` in a shell: commands, their flags, and files. */
export const completionScript: Readonly<
  Record<Shell, (commands: readonly CompletedCommand[]) => string>
> = { bash, zsh, fish };

function bash(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(
    ({ name, flags }) => `      ${name}) words="${flags.map((flag) => flag.name).join(" ")}" ;;`,
  );
  return `_nereid() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=""
  if ((COMP_CWORD == 1)); then
    words="${commands.map(({ name }) => name).join(" ")}"
  elif [[ $current == -* ]]; then
    case \${COMP_WORDS[1]} in
${cases.join("\n")}
    esac
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o filenames -F _nereid nereid
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const described = (items: readonly { name: string; description: string }[]): string =>
    items
      .map(({ name, description }) => quoted(`${name}:${description.replaceAll(":", "\\:")}`))
      .join(" ");
  const cases = commands.map(({ name, flags }) => `    ${name}) items=(${described(flags)}) ;;`);
  return `#compdef nereid
_nereid() {
  local -a items
  if ((CURRENT == 2)); then
    items=(${described(commands)})
    _describe command items
    return
  fi
  if [[ $words[CURRENT] != -* ]]; then
    _files
    return
  fi
  case $words[2] in
${cases.join("\n")}
  esac
  _describe -o option items
}
compdef _nereid nereid
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  return commands
    .flatMap(({ name, description, flags }) => [
      `complete -c nereid -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
      ...flags.map((flag) => {
        const length = flag.name.startsWith("--") ? "-l" : "-s";
        const option = flag.name.replace(/^-+/, "");
        return `complete -c nereid -n '__fish_seen_subcommand_from ${name}' ${length} ${option} -d ${quoted(flag.description)}`;
      }),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** All three shells take a quote inside single quotes in this form. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
