import { defineConfig, type ViteUserConfig } from "vitest/config";
import shared from "../vitest.shared.ts";

const project = (name: string, include: string[]): ViteUserConfig => ({
  ...shared,
  test: { ...shared.test, name, include, testTimeout: 120_000 },
});

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      project("unit", ["servers/**/*.test.ts", "toy/**/*.test.ts", "readme/**/*.test.ts"]),
      project("servers", ["real/**/*.test.ts"]),
    ],
  },
});

export default config;
