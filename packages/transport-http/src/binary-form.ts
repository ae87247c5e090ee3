import type { Call, ConnectionOptions, ServerMetadata } from "@nereid/core/transport-kit";

/** Tells whether tensors travel as bytes; a promise only while the server is asked. */
export type BinaryForm = (call: Call) => boolean | Promise<boolean>;

/**
 * With `auto`, asks the server for its extensions once. A question that failed is asked again by the
 * next call.
 */
export function createBinaryForm(
  setting: ConnectionOptions["binaryData"],
  serverMetadata: (call: Partial<Call>) => Promise<ServerMetadata>,
): BinaryForm {
  if (setting !== "auto") return () => setting;
  let known: boolean | undefined;
  let asking: Promise<boolean> | undefined;

  const ask = async (call: Call): Promise<boolean> => {
    const { extensions } = await serverMetadata(call);
    known = extensions.includes("binary_tensor_data");
    return known;
  };
  return (call) => {
    if (known !== undefined) return known;
    if (asking !== undefined) {
      // The call that asks may have been given up; this one then asks for itself.
      return asking.catch(() => ask(call));
    }
    asking = ask(call).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
