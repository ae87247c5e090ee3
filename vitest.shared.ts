import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests run from the sources of every package, without a build. */
const shared: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ["@nereid/source", "module", "node", "development|production"] } },
  test: {
    pool: "threads",
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/.cache/**"],
  },
});

export default shared;
