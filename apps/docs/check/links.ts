import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root, type Page } from "./pages.ts";

const site = "apps/docs";
const linkPattern = /!?\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)|(?:href|src|srcset)="([^"]+)"/g;
const headingPattern = /^#{1,6} +(.+)$/gm;

/** Links and anchors of a page that lead nowhere. Addresses of other hosts are not asked. */
export function brokenLinks(page: Page): readonly string[] {
  const text = page.text.replaceAll(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(linkPattern)]
    .map(([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? "")
    .filter((link) => !/^(?:https?|mailto):/.test(link))
    .filter((link) => !isFound(page, link))
    .map((link) => `${page.path}: expected a target, found none for ${link}`);
}

function isFound(page: Page, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page.path : resolve(page, path);
  if (file === undefined) return false;
  // Pages of the API are written at build, which checks the links to them.
  if (file.startsWith(`${site}/api`)) return true;
  if (anchor === undefined) return true;
  const target = file === page.path ? page.text : readFileSync(`${root}/${file}`, "utf8");
  return anchorsOf(target).has(anchor);
}

function resolve(page: Page, path: string): string | undefined {
  const base = path.startsWith("/") ? `${site}${path}` : join(dirname(page.path), path);
  const wanted = normalize(base).replace(/\/$/, "");
  if (wanted === `${site}/api` || wanted.startsWith(`${site}/api/`)) return wanted;
  const asPublic = wanted.replace(`${site}/`, `${site}/public/`);
  const candidates = [wanted, `${wanted}.md`, `${wanted}/index.md`, asPublic];
  return (
    candidates.find((file) => isFile(file)) ??
    (existsSync(`${root}/${wanted}`) ? wanted : undefined)
  );
}

function isFile(path: string): boolean {
  return statSync(`${root}/${path}`, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The anchors of a page's headings, as GitHub and vitepress both make them of plain words. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const withoutCode = text.replaceAll(/^```[\s\S]*?^```$/gm, "");
  return new Set(
    [...withoutCode.matchAll(headingPattern)].map(([, heading = ""]) => slug(heading)),
  );
}

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[`*.,:;!?()'"/|[\]]/g, "")
    .trim()
    .replaceAll(/[^\p{L}\p{N}_]+/gu, "-")
    .replaceAll(/^-|-$/g, "");
}
