import type { ModelRef } from "@nereid/core";

/** Reads `name` or `name:version`. A name with a colon needs its version behind it. */
export function parseModelName(text: string): ModelRef {
  const found = /^(?<name>.+):(?<version>\d+)$/.exec(text)?.groups;
  const { name, version } = found ?? {};
  return name === undefined || version === undefined ? { name: text } : { name, version };
}
