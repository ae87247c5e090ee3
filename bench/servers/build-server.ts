import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL(".", import.meta.url));
/** Where everything goes that the bench builds or installs. */
export const cacheDir: string = fileURLToPath(new URL("../../.cache/bench/", import.meta.url));

/**
 * Builds a server in C++ into the cache, once for each state of its source.
 *
 * @returns its path; undefined where there is no compiler, or no nghttp2
 */
export function buildServer(protocol: "http" | "grpc"): string | undefined {
  const source = `${sources}${protocol}-server.cc`;
  if (!existsSync(source)) return undefined;
  const files = readdirSync(sources).filter((file) => /\.(?:cc|h)$/.test(file));
  const text = files.map((file) => readFileSync(`${sources}${file}`, "utf8")).join("");
  const state = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const binary = `${cacheDir}servers/${protocol}-server-${state}`;
  if (existsSync(binary)) return binary;
  mkdirSync(`${cacheDir}servers`, { recursive: true });
  try {
    const flags = protocol === "http" ? [] : nghttp2Flags();
    run("g++", ["-O2", "-std=c++17", "-o", binary, source, ...flags]);
    return binary;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    process.stderr.write(
      `${protocol} server in C++ not built (${reason}); the one on Node is used\n`,
    );
    return undefined;
  }
}

/** The system's nghttp2, or else Debian's package unpacked into the cache. */
function nghttp2Flags(): readonly string[] {
  if (existsSync("/usr/include/nghttp2/nghttp2.h")) return ["-lnghttp2"];
  const dir = `${cacheDir}nghttp2`;
  mkdirSync(dir, { recursive: true });
  const unpacked = `${dir}/usr`;
  if (!existsSync(unpacked)) {
    run("apt-get", ["download", "libnghttp2-dev"], dir);
    const archive = readdirSync(dir).find((file) => file.endsWith(".deb")) ?? "";
    run("dpkg", ["-x", archive, "."], dir);
  }
  const machine = readdirSync(`${unpacked}/lib`)[0] ?? "";
  return [`-I${unpacked}/include`, `${unpacked}/lib/${machine}/libnghttp2.a`];
}

function run(command: string, args: readonly string[], cwd?: string): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"], ...(cwd ? { cwd } : {}) });
}
