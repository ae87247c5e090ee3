import type { AttemptError, Expectation } from "./fault-row.ts";

/** It left, and no complete answer came back. */
export const lost: AttemptError = { code: "transport", delivery: "unknown" };
/** No byte of it left. */
export const unsent: AttemptError = { code: "transport", delivery: "not-sent" };
/** The answer does not fit the question. */
export const wrong: AttemptError = { code: "decode", delivery: "answered" };
/** The server said no. */
export const refused: AttemptError = { code: "server", delivery: "answered" };
/** Our own bound passed while the request was out. */
export const late: AttemptError = { code: "deadline", delivery: "unknown" };

/** Nothing fails, and nothing is repeated. */
export const unharmed: Expectation = { attempts: [], retried: false, outcome: "ok" };

/** Attempts fail so, are repeated, and every record has its row. The parts of a lost batch are its retry. */
export function mended(...attempts: readonly AttemptError[]): Expectation {
  return { attempts, retried: attempts.includes(lost) ? "or split" : true, outcome: "ok" };
}

/** Attempts fail so, nothing is repeated, and the records of a batch fail with them. */
export function failing(attempt: AttemptError, failed: "some" | "all" = "some"): Expectation {
  return { attempts: [attempt], retried: false, outcome: { failed, code: attempt.code } };
}

/** The exchange is good, and what came back is refused above it: a batch of another size, say. */
export const misfit: Expectation = {
  attempts: [],
  retried: false,
  outcome: { failed: "some", code: "decode" },
};

/** The batch is split, and its halves are the retry. */
export const split: Expectation = { attempts: [refused], retried: false, outcome: "ok" };

/** What shares a connection may have been sent or not when it broke. */
export const cutOff: Expectation = mended(lost, unsent);

/** Attempts fail so for so long that the stream ends. */
export function stopping(...attempts: readonly AttemptError[]): Expectation {
  return { attempts, retried: true, outcome: { stopped: "unavailable" } };
}
