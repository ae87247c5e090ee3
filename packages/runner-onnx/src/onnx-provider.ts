import { OptionsError, type Provider } from "@nereid/core/transport-kit";
import { createOnnxRunner } from "./onnx-runner.ts";

/** `provider: onnx`: one ONNX file, named by `model-path`, in `threads` worker threads. */
export const onnxProvider: Provider = {
  name: "onnx",
  ownOptions: ["model-path", "threads"],
  needsEndpoint: false,
  async open({ modelName, own }) {
    const path = own["model-path"];
    if (typeof path !== "string" || path === "") {
      throw new OptionsError([
        { option: "model-path", problem: "expected the path of an ONNX file, found none" },
      ]);
    }
    const threads = own["threads"] === undefined ? 1 : Number(own["threads"]);
    return createOnnxRunner({ models: { [modelName]: { path } }, threads });
  },
};
