import type * as Ort from "onnxruntime-node";

/** ONNX Runtime's module. */
export type Runtime = typeof Ort;

/**
 * Imports ONNX Runtime. It looks once for a global `Float16Array`, and where Node has one it then reads
 * half-precision inputs wrongly; without one it takes and gives their bits.
 */
export async function loadRuntime(specifier: string): Promise<Runtime> {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, "Float16Array");
  Reflect.deleteProperty(globalThis, "Float16Array");
  try {
    const loaded: { readonly default?: Runtime } & Runtime = await import(specifier);
    const runtime = loaded.default ?? loaded;
    // The look happens when the first tensor is made.
    void new runtime.Tensor("float32", new Float32Array(1), [1]);
    return runtime;
  } finally {
    if (descriptor !== undefined) Object.defineProperty(globalThis, "Float16Array", descriptor);
  }
}
