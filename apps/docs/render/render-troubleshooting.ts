import type { ErrorCode } from "@nereid/core";
import { closed, deadLetter, encode, options } from "./troubleshooting/local-errors.ts";
import { errorOf, type Provocation, type Section } from "./troubleshooting/provocation.ts";
import { decode, server, transport } from "./troubleshooting/server-errors.ts";
import { circuitOpen, deadline, sequence, unavailable } from "./troubleshooting/timed-errors.ts";

/** A section for each code: the compiler says when one is missing. */
const sections: Readonly<Record<ErrorCode, Section>> = {
  options,
  encode,
  transport,
  server,
  decode,
  deadline,
  "circuit-open": circuitOpen,
  unavailable,
  sequence,
  closed,
  "dead-letter": deadLetter,
};

/** The page of errors. Each message was thrown while the page was made. */
export async function renderTroubleshooting(): Promise<string> {
  const parts: string[] = [];
  for (const [code, section] of Object.entries(sections)) {
    parts.push(`## ${code}\n\n\`${section.errorClass}\`. ${section.meaning}\n`);
    for (const provocation of section.provocations) {
      parts.push(await renderProvocation(code, provocation));
    }
  }
  return `# Troubleshooting

Written by \`apps/docs/generate.ts\`, which provokes each error; do not edit it by hand.

A section for each \`code\`, with messages as they are thrown. [Errors](guides/errors.md) explains \`delivery\`,
[Retries](guides/retries.md) what is repeated.

${parts.join("\n")}`;
}

async function renderProvocation(code: string, provocation: Provocation): Promise<string> {
  const error = await errorOf(provocation);
  if (error.code !== code) {
    throw new Error(
      `troubleshooting: expected ${code} of "${provocation.title}", found ${error.code}`,
    );
  }
  const { retryable, delivery } = error;
  const message = error.message
    .replaceAll(/127\.0\.0\.1:\d+/g, "localhost:8000")
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, "…");
  return `### ${provocation.title}

\`\`\`text
${error.name}: ${message}
\`\`\`

\`retryable: ${retryable}\`, \`delivery: ${delivery}\`. ${provocation.advice}
`;
}
