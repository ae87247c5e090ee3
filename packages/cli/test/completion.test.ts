import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { run } from "./run.fixture.ts";

/** What bash offers for a line of words, the last of them unfinished. */
function complete(script: string, words: readonly string[]): string[] {
  const typed = words.map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _nereid; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["-c", `${script}\n${ask}`], { encoding: "utf8" });
  return out
    .trim()
    .split("\n")
    .filter((word) => word !== "");
}

describe("nereid completion", () => {
  it("completes commands, their flags and files in bash", async () => {
    const { out } = await run(["completion", "bash"]);
    expect(complete(out, ["nereid", "in"])).toEqual(["inspect"]);
    expect(complete(out, ["nereid", "predict", "--max-"]).sort()).toEqual([
      "--max-failures",
      "--max-in-flight",
      "--max-response-bytes",
      "--max-retries",
    ]);
    expect(complete(out, ["nereid", "inspect", "--max-r"])).toEqual(["--max-response-bytes"]);
    expect(complete(out, ["nereid", "predict", "/etc/host"])).toContain("/etc/hosts");
  });

  it.each(["bash", "zsh", "fish"])("knows every command in %s", async (shell) => {
    const { code, out } = await run(["completion", shell]);
    expect(code).toBe(0);
    for (const name of ["inspect", "types", "predict", "bench", "serve", "demo", "completion"]) {
      expect(out).toContain(name);
    }
    expect(out).toContain("dead-letter");
  });

  it("keeps quotes of descriptions within their quotes", async () => {
    const { out } = await run(["completion", "zsh"]);
    // Everything of zsh in this script is also bash as far as quotes go.
    for (const line of out.split("\n").filter((text) => text.includes("items=("))) {
      const array = line.slice(line.indexOf("items=("), line.lastIndexOf(")") + 1);
      execFileSync("bash", ["-n", "-c", array]);
    }
  });

  it("says which shells there are", async () => {
    const { code, err } = await run(["completion", "tcsh"]);
    expect(code).toBe(2);
    expect(err).toContain("Allowed choices are bash, zsh, fish");
  });
});
