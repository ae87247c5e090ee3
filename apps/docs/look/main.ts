import { createServer, type Server } from "node:http";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";

/**
 * Opens the built site in a real browser at two widths and in two themes, takes pictures, and fails
 * where a page is wider than its window or shows a picture that is not there.
 *
 *     pnpm docs:build && pnpm --filter @nereid/docs look
 */
const dist = fileURLToPath(new URL("../.vitepress/dist", import.meta.url));
const out = fileURLToPath(new URL("../.cache/look", import.meta.url));
const browserPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const pages = [
  "index",
  "tutorial",
  "guides/streams",
  "guides/from-flink",
  "options",
  "types",
  "troubleshooting",
  "architecture",
  "comparison",
  "benchmarks/index",
  "benchmarks/curves",
  "examples",
  "api/core",
];
const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const schemes = ["light", "dark"] as const;
const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Runs in the browser, whose names this program does not know. */
const inBrowser = readFileSync(new URL("./find-problems.js", import.meta.url), "utf8");

const problems: string[] = [];
const server = await serve();
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});
try {
  mkdirSync(out, { recursive: true });
  for (const scheme of schemes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await lookAll(browser, `${size}-${scheme}`, scheme, viewport);
    }
  }
  await trySearch(browser);
} finally {
  await browser.close();
  server.close();
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${pages.length} pages looked at, ${problems.length} problems, in ${out}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function lookAll(
  opened: Browser,
  look: string,
  colorScheme: "light" | "dark",
  viewport: { readonly width: number; readonly height: number },
): Promise<void> {
  const context = await opened.newContext({ colorScheme, viewport });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`${look}: ${error.message}`));
  for (const name of pages) {
    await page.goto(`${address()}/${name}.html`, { waitUntil: "load" });
    for (const problem of await findProblems(page)) problems.push(`${look} ${name}: ${problem}`);
    const file = join(out, `${look}-${name.replaceAll("/", "-")}.png`);
    await page.screenshot({ path: file });
  }
  await context.close();
}

function findProblems(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(inBrowser);
}

/** The search must find a page without any other host. */
async function trySearch(opened: Browser): Promise<void> {
  const page = await opened.newPage({ viewport: sizes.desktop });
  await page.route(
    (url) => url.hostname !== "127.0.0.1",
    (route) => {
      problems.push(`search: asked ${route.request().url()}`);
      return route.abort();
    },
  );
  await page.goto(`${address()}/index.html`, { waitUntil: "load" });
  await page.keyboard.press("/");
  await page.locator(".VPLocalSearchBox input").fill("dead letter");
  await page.locator(".VPLocalSearchBox .result").first().waitFor({ timeout: 30_000 });
  const first = await page.locator(".VPLocalSearchBox .result").first().innerText();
  if (!/dead/i.test(first)) problems.push(`search: expected dead letters, found "${first}"`);
  await page.screenshot({ path: join(out, "search.png") });
}

async function serve(): Promise<Server> {
  const files = createServer((request, response) => {
    const path = join(dist, decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
    const file = path.endsWith("/") ? `${path}index.html` : path;
    const isThere = file.startsWith(dist) && statSync(file, { throwIfNoEntry: false })?.isFile();
    if (isThere !== true) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("content-type", contentTypes[extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  return files;
}

function address(): string {
  const bound = server.address();
  return `http://127.0.0.1:${bound === null || typeof bound === "string" ? 0 : bound.port}`;
}
