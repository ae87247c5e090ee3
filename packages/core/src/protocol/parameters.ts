/**
 * The names that protocol extensions reserve in requests and tensors. Transports take them from here
 * alone, so that they agree.
 *
 * @see Triton, "Sequence", "Schedule Policy", "Binary Tensor Data", "Classification" extensions
 */
export const reserved = {
  sequenceId: "sequence_id",
  sequenceStart: "sequence_start",
  sequenceEnd: "sequence_end",
  priority: "priority",
  queueTimeoutUs: "timeout",
  binaryDataOutput: "binary_data_output",
  binaryData: "binary_data",
  binaryDataSize: "binary_data_size",
  classification: "classification",
  sharedMemoryRegion: "shared_memory_region",
  sharedMemoryOffset: "shared_memory_offset",
  sharedMemoryByteSize: "shared_memory_byte_size",
  headers: "headers",
  emptyFinalResponse: "triton_enable_empty_final_response",
  finalResponse: "triton_final_response",
} as const;

const reservedNames: ReadonlySet<string> = new Set(Object.values(reserved));

/** True for a name that a caller's own parameters must not have. */
export function isReservedParameter(name: string): boolean {
  return reservedNames.has(name) || name.startsWith("triton_");
}
