import { optionTable, type DocumentedOption } from "@nereid/core/transport-kit";

const cell = (text: string): string => text.replaceAll("|", "\\|");

function table(scope: DocumentedOption["scope"]): string {
  const rows = optionTable
    .filter((option) => option.scope === scope)
    .map(
      (option) =>
        `| \`${option.name}\` | ${cell(option.type)} | ${cell(option.default)} | ${cell(option.description)} |`,
    );
  return ["| option | type | default | what it does |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

/** The page of options, as it stands in the repository. */
export function renderOptions(): string {
  return `# Options

Written by \`apps/docs/generate.ts\` from the schemas; do not edit it by hand.

Every option has two spellings: this one, for \`createModelFromOptions\` and configuration files, where
values may be text, and camelCase with real types for \`createModel\` and \`createHttpTransport\`
(\`maxRetries: 3\`). Unknown names are refused with the nearest known one, and all problems are told at once.

Durations are numbers of milliseconds or text with a unit (\`500ms\`, \`30s\`, \`5 min\`, \`1h\`, \`2d\`). Sizes are
numbers of bytes or text with a unit (\`64kb\`, \`8 MiB\`). Maps are objects, JSON text or \`k1:v1,k2:v2\`. Secrets are
text, functions, or references such as \`\${env:NAME}\` that a resolver of the caller's understands.

\`provider\` picks the provider of the registry that the caller passes.

## A model

${table("model")}

## A connection

${table("connection")}
`;
}
