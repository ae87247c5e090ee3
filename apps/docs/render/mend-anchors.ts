/**
 * Puts links within a page of the API right that count one heading too many: typedoc numbers a name that
 * two of its kinds share, also where only one of them has a heading.
 */
export function mendAnchors(page: string): string {
  const headings = new Map<string, number>();
  for (const [, heading = ""] of page.matchAll(/^#{1,6} +(\w+)$/gm)) {
    const slug = heading.toLowerCase();
    headings.set(slug, (headings.get(slug) ?? 0) + 1);
  }
  return page.replaceAll(/\]\(#(\w+)-(\d+)\)/g, (link, slug: string, number: string) => {
    const count = headings.get(slug) ?? 0;
    return count > 0 && Number(number) >= count ? `](#${slug})` : link;
  });
}
