/*
 * Follows pages of the documentation as somebody who has nothing but the packages: in an empty folder
 * outside the workspace, installed from the tarballs that `tools/install` has packed, with every command
 * of the page as it stands there.
 *
 *     pnpm check:install
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { compare } from "./compare.ts";
import { flagOf } from "./fences.ts";
import { listPages } from "./pages.ts";
import { runPage } from "./run-page.ts";
import { useTarballs } from "./tarballs.ts";

/** Pages by their endings, and what is installed where a page does not say it. */
const followed: readonly (readonly [page: string, install: string])[] = [
  ["apps/docs/tutorial.md", ""],
  ["apps/docs/guides/command-line.md", "npm install --ignore-scripts @nereid/cli @nereid/core"],
];

await using http = await startV2Server({ models: createStandardModels() });
await using grpc = await startV2GrpcServer({ models: http.host });
let problems = 0;
for (const [path, install] of followed) {
  const page = listPages().find((one) => one.path === path);
  if (page === undefined) throw new Error(`${path}: expected a page, found none`);
  const cwd = mkdtempSync(join(tmpdir(), "nereid-followed-"));
  // The Node that runs this is the one that a reader would have installed.
  const searched = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const env = {
    ...process.env,
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    PATH: searched,
    npm_config_loglevel: "error",
  };
  const steps = install === "" ? "" : `\`\`\`sh install\nnpm init -y\n${install}\n\`\`\`\n`;
  const place = {
    cwd,
    env,
    servers: { http: http.url, grpc: grpc.url },
    isRun: ({ flags }: { readonly flags: readonly string[] }): boolean =>
      flags.some((flag) => ["run", "serve", "install", "installed"].includes(flag)),
    program: (fence: Parameters<typeof flagOf>[0]): readonly string[] => [
      join(cwd, flagOf(fence, "file") ?? `line-${fence.line}.ts`),
    ],
    commands: useTarballs,
  };
  try {
    const runs = await runPage({ path, text: steps + page.text }, place);
    const found = runs.flatMap(compare);
    for (const problem of found) process.stderr.write(`${problem}\n`);
    problems += found.length;
    process.stdout.write(`${path}: ${runs.length} blocks run, ${found.length} problems\n`);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
process.exitCode = problems === 0 ? 0 : 1;
