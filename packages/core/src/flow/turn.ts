/** Calls back when the current turn of the event loop has ended. */
export type EndOfTurn = (callback: () => void) => void;

/** `setImmediate` where the runtime has it, a zero timer elsewhere. */
export const systemEndOfTurn: EndOfTurn = (callback) => {
  if (typeof setImmediate === "function") setImmediate(callback);
  else setTimeout(callback, 0);
};
