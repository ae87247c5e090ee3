/**
 * What is known about the fate of a request that failed.
 *
 * - `not-sent`: no byte of it reached the server; repeating it is safe for everything.
 * - `unknown`: it left, and no complete answer came back; the server may have run it.
 * - `answered`: the server answered, and the answer is the failure.
 */
export type Delivery = "not-sent" | "unknown" | "answered";
