import { defineConfig, type ViteUserConfig } from "vitest/config";

const shared: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ["@nereid/source", "module", "node", "development|production"] } },
  test: {
    pool: "threads",
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "*.test.ts"],
  },
});

export default shared;
