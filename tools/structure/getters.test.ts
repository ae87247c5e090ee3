import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { listSources } from "./imports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const core = "packages/core/src";

/** Folders whose objects are made for rows, batches, calls and streams. */
const passed = ["flow", "layers", "protocol", "queue", "record", "sequence", "tensor", "transport"];

/** Their objects are made once for a model or a server, for a stream with keys, or for a failure. */
const rarelyMade: ReadonlySet<string> = new Set(
  [
    "flow/batch-queue",
    "flow/gather",
    "flow/keyed-submitter",
    "flow/start-gate",
    "layers/adaptive-limit",
    "layers/circuit",
    "layers/hedge-gate",
    "layers/joint-budget",
    "layers/joint-circuit",
    "layers/leases",
    "layers/retry",
    "layers/retry-budget",
    "layers/stall-watch",
    "layers/suspicions",
  ].map((name) => `${core}/${name}.ts`),
);

/** Of one call or answer each, beside those of core's folders. */
const alone = [
  `${core}/model/predict-one.ts`,
  "packages/transport-grpc/src/open-call.ts",
  "packages/transport-http/src/generate/growing-bytes.ts",
  "packages/transport-http/src/wire/chunked-body.ts",
];

const hasGetter = (file: string): boolean =>
  /^\s+get [\w[]/m.test(readFileSync(`${root}/${file}`, "utf8"));

it("has no getters in what is made for a row, a batch, a call or a stream", () => {
  // V8 keeps an object literal with a getter, and all that it reaches, until the next full collection.
  const files = passed.flatMap((folder) => listSources(root, `${core}/${folder}`));
  expect(files.length).toBeGreaterThan(100);
  expect([...files, ...alone].filter((file) => hasGetter(file) && !rarelyMade.has(file))).toEqual(
    [],
  );
  // A file that needs no exception any more has none.
  expect([...rarelyMade].filter((file) => !hasGetter(file))).toEqual([]);
});
