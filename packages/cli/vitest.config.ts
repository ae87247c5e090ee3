import { mergeConfig, type ViteUserConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

/** Tests here start processes and compilers, which take their time on a busy machine. */
const config: ViteUserConfig = mergeConfig(shared, { test: { testTimeout: 60_000 } });

export default config;
