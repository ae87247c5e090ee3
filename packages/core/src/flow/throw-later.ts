/**
 * Leaves what a function that is told of a record has thrown to the process, as a rejection that nobody
 * handles: it is no business of the next record.
 */
export function throwLater(error: unknown): void {
  void Promise.reject(error);
}
