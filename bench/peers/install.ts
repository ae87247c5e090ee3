import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { peersDir, python } from "./peers.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The release whose function is measured. Its jar is fetched alone: its parent was never published. */
const flink = "org.apache.flink:flink-model-triton:2.3.0";

/** Fetches a peer's parts from PyPI or Maven Central into the cache, and compiles what is ours. */
const steps: Readonly<Record<string, () => void>> = {
  "Python clients": () => {
    run("python3", "-m", "venv", `${peersDir}python`);
    run(python, "-m", "pip", "install", "--quiet", "-r", `${here}python/requirements.txt`);
    writeFileSync(`${peersDir}python/installed`, "");
  },
  "OkHttp and Jackson": () => {
    fetchJars("java");
    compile("java", "java");
  },
  "Flink's Triton function": () => {
    const lib = `${peersDir}flink/lib`;
    run("mvn", "-q", "-B", "dependency:copy", `-Dartifact=${flink}`, `-DoutputDirectory=${lib}`);
    fetchJars("flink");
    compile("flink", "java/Load.java", "flink");
  },
};

/** Installs all of them; one that cannot be had is told, and is skipped by the suite. */
export function installPeers(say: (line: string) => void): void {
  mkdirSync(peersDir, { recursive: true });
  for (const [name, install] of Object.entries(steps)) {
    try {
      install();
      say(`${name}: installed`);
    } catch (error) {
      say(`${name}: not installed, ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function fetchJars(dir: string): void {
  const lib = `-DoutputDirectory=${peersDir}${dir}/lib`;
  run("mvn", "-q", "-B", "-f", `${here}${dir}/pom.xml`, "dependency:copy-dependencies", lib);
}

function compile(dir: string, ...sources: readonly string[]): void {
  const files = sources.flatMap((source) =>
    source.endsWith(".java")
      ? [`${here}${source}`]
      : readdirSync(`${here}${source}`)
          .filter((file) => file.endsWith(".java"))
          .map((file) => `${here}${source}/${file}`),
  );
  const root = `${peersDir}${dir}`;
  run("javac", "-d", `${root}/classes`, "-cp", `${root}/lib/*`, ...files);
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
}
