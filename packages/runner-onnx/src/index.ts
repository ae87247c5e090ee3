export { createOnnxRunner, type OnnxModel, type OnnxRunnerOptions } from "./onnx-runner.ts";
export type { ModelSource } from "./messages.ts";
export { onnxProvider } from "./onnx-provider.ts";
