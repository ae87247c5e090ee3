import { OptionsError, type Provider } from "@nereid/core/transport-kit";
import { createOnnxRunner } from "./onnx-runner.ts";

/**
 * `provider: onnx`: one ONNX file, named by `model-path`, in `threads` worker threads. With `model-sha256`
 * it must have that digest; with `model-max-bytes` it may not be larger, its external data included.
 */
export const onnxProvider: Provider = {
  name: "onnx",
  ownOptions: ["model-path", "model-sha256", "model-max-bytes", "threads"],
  needsEndpoint: false,
  async open({ modelName, own }) {
    const path = own["model-path"];
    if (typeof path !== "string" || path === "") {
      throw new OptionsError([
        { option: "model-path", problem: "expected the path of an ONNX file, found none" },
      ]);
    }
    const sha256 = own["model-sha256"];
    if (sha256 !== undefined && typeof sha256 !== "string") {
      const problem = `expected the digest as text, found ${typeof sha256}`;
      throw new OptionsError([{ option: "model-sha256", problem }]);
    }
    const maxBytes = own["model-max-bytes"];
    const model = {
      path,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(maxBytes === undefined ? {} : { maxBytes: Number(maxBytes) }),
    };
    const threads = own["threads"] === undefined ? 1 : Number(own["threads"]);
    return createOnnxRunner({ models: { [modelName]: model }, threads });
  },
};
