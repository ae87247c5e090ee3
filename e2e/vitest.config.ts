import { defineConfig, type ViteUserConfig } from "vitest/config";
import shared from "../vitest.shared.ts";

const project = (
  name: string,
  include: string[],
  pool: "forks" | "threads" = "threads",
): ViteUserConfig => ({
  ...shared,
  test: { ...shared.test, name, include, pool, testTimeout: 120_000 },
});

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      project("unit", [
        "servers/**/*.test.ts",
        "toy/**/*.test.ts",
        "transports/**/*.test.ts",
        "readme/**/*.test.ts",
        "chaos/**/*.test.ts",
        "process/**/*.test.ts",
      ]),
      // In a process of its own, whose end is not delayed by what the rows leave in HTTP/2.
      project("matrix", ["matrix/**/*.test.ts"], "forks"),
      project("observability", ["observability/**/*.test.ts"]),
      project("servers", ["real/**/*.test.ts"]),
    ],
  },
});

export default config;
