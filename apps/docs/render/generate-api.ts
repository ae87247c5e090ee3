import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application } from "typedoc";
import { mendAnchors } from "./mend-anchors.ts";

const packages = fileURLToPath(new URL("../../../packages", import.meta.url));
const out = fileURLToPath(new URL("../api", import.meta.url));

/** Every public door, and the page that it gets. */
const doors: Readonly<Record<string, string>> = {
  "core/src/index.ts": "core",
  "core/src/transport-kit.ts": "transport-kit",
  "transport-http/src/index.ts": "transport-http",
  "transport-grpc/src/index.ts": "transport-grpc",
  "runner-onnx/src/index.ts": "runner-onnx",
  "integration-streams/src/index.ts": "integration-streams",
  "testing/src/index.ts": "testing",
};

rmSync(out, { recursive: true, force: true });
const options = {
  plugin: ["typedoc-plugin-markdown"],
  entryPoints: Object.keys(doors).map((door) => `${packages}/${door}`),
  tsconfig: fileURLToPath(new URL("./tsconfig.api.json", import.meta.url)),
  readme: "none",
  name: "API",
  disableSources: true,
  excludePrivate: true,
  // The compiler has looked at the sources already, and more closely.
  skipErrorChecking: true,
  logLevel: "Error" as const,
  out,
  outputFileStrategy: "modules",
  entryFileName: "index",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  useCodeBlocks: true,
};
const application = await Application.bootstrapWithPlugins(options);
const project = await application.convert();
if (project === undefined) throw new Error("api: expected the doors to be read, found errors");
for (const module of project.children ?? []) {
  const page = doors[`${module.name}/index.ts`] ?? doors[`${module.name}.ts`];
  if (page === undefined) throw new Error(`api: expected one of the doors, found ${module.name}`);
  module.name = page;
}
await application.generateOutputs(project);
for (const name of globSync("*.md", { cwd: out })) {
  const file = `${out}/${name}`;
  writeFileSync(file, mendAnchors(readFileSync(file, "utf8")));
}
