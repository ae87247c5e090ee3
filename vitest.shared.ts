import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests run from the sources of every package, without a build. */
const shared: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ["@nereid/source", "module", "node", "development|production"] } },
  test: {
    pool: "threads",
    // A bound for what hangs, not for what a busy machine does slowly.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/.cache/**"],
  },
});

export default shared;
