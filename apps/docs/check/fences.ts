/** A fenced block of a page. */
export interface Fence {
  /** The first word behind the backticks. */
  readonly language: string;
  /** The words behind it. */
  readonly flags: readonly string[];
  readonly code: string;
  /** The line of the page that opens it, from 1. */
  readonly line: number;
  /** The offsets of `code` in the page. */
  readonly start: number;
  readonly end: number;
  /** What a `<!-- around … -->` comment in front of it puts around the code. */
  readonly around: string | undefined;
}

const fencePattern = /^```([\w-]+)?([^\n]*)\n([\s\S]*?)^```$/gm;
const aroundPattern = /<!-- around\n((?:(?!-->)[\s\S])*)-->\s*$/;

/** Finds the fenced blocks of a page, in order. */
export function findFences(page: string): readonly Fence[] {
  return [...page.matchAll(fencePattern)].map((match) => {
    const [whole, language = "", flags = "", code = ""] = match;
    const before = page.slice(0, match.index);
    const start = match.index + whole.indexOf("\n") + 1;
    return {
      language,
      flags: flags.trim().split(/\s+/).filter(Boolean),
      code,
      line: before.split("\n").length,
      start,
      end: start + code.length,
      around: aroundPattern.exec(before)?.[1],
    };
  });
}

/** The program that a block stands for: its code, at the place of `…` in what is around it. */
export function programOf({ code, around }: Fence): string {
  if (around === undefined) return code;
  return /^…$/m.test(around) ? around.replace(/^…$/m, () => code) : `${around}${code}`;
}

/** What a flag such as `file=NAME` says. */
export function flagOf({ flags }: Fence, name: string): string | undefined {
  return flags.find((flag) => flag.startsWith(`${name}=`))?.slice(name.length + 1);
}
