/** What a package may import beside itself and Node. */
export interface PackageRule {
  /** Our own packages. */
  readonly ours: readonly string[];
  /** Others' packages. */
  readonly others: readonly string[];
  /** May it import `node:` modules? */
  readonly node: boolean;
}

/** The package table: a package that is not in it must not exist. */
export const packageRules: Readonly<Record<string, PackageRule>> = {
  "packages/core": { ours: [], others: ["zod"], node: false },
  "packages/transport-http": { ours: ["core"], others: ["undici"], node: true },
  "packages/transport-grpc": {
    ours: ["core"],
    others: ["@bufbuild/protobuf", "@grpc/grpc-js"],
    node: true,
  },
  "packages/runner-onnx": { ours: ["core"], others: ["onnxruntime-node"], node: true },
  "packages/integration-streams": { ours: ["core"], others: [], node: true },
  "packages/metrics-otel": { ours: ["core"], others: ["@opentelemetry/api"], node: false },
  "packages/testing": {
    ours: ["core"],
    others: ["@bufbuild/protobuf", "@grpc/grpc-js", "vitest"],
    node: true,
  },
  "packages/cli": {
    ours: [
      "core",
      "transport-http",
      "transport-grpc",
      "runner-onnx",
      "integration-streams",
      "testing",
    ],
    others: [
      "commander",
      "csv-parse",
      "csv-stringify",
      "hyparquet",
      "hyparquet-writer",
      "onnxruntime-node",
      "string-width",
    ],
    node: true,
  },
};

/** The scope of our own packages. */
export const scope = "@nereid/";
