import { fileURLToPath } from "node:url";

/** Where the servers' sources are. */
export const serversDir: string = fileURLToPath(new URL(".", import.meta.url));

/** Where environments, logs and state are kept, outside version control. */
export const cacheDir: string = fileURLToPath(new URL("../../.cache/servers/", import.meta.url));

/** The repository's root. */
export const rootDir: string = fileURLToPath(new URL("../../", import.meta.url));
