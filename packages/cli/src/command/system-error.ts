/** A reader that has seen enough, such as head, is no failure. */
export function isBrokenPipe(error: unknown): boolean {
  return isSystemError(error) && error.code === "EPIPE";
}

/** An error of the system: a reader is gone, a disk is full, a port is taken. */
export function isSystemError(error: unknown): error is Error & { readonly code: unknown } {
  return error instanceof Error && "code" in error;
}
