import type { Proof } from "./proof.ts";

const core = "packages/core/src";

/** Promises about time, retries and recovery: P6, P7, P15, P16, P19 and P20. */
export const proofsOfCalls: readonly Proof[] = [
  {
    promise: "P6",
    mechanism: `${core}/layers/deadline.ts`,
    without: "nothing happens when the time of a call is up",
    edits: [
      { find: "=> end(deadlineError(request, bound, timeoutMs));", replace: "=> undefined;" },
    ],
    test: {
      file: `${core}/layers/deadline.test.ts`,
      name: "P6: ends a call that nobody below ends",
    },
  },
  {
    promise: "P7",
    mechanism: `${core}/layers/deadline.ts`,
    without: "the deadline runs on while a row waits for a server",
    edits: [{ find: "      onWait();\n", replace: "" }],
    test: {
      file: `${core}/model/stall.test.ts`,
      name: "P7: pauses it for longer than its timeout, and no record fails: %s",
    },
  },
  {
    promise: "P7",
    mechanism: `${core}/transport/patience.ts`,
    without: "rows wait for a server without end",
    edits: [{ find: "() => over.abort());", replace: "() => undefined);" }],
    test: {
      file: `${core}/model/stall.test.ts`,
      name: "P7: ends it after the stall timeout, and what was under way is not settled: %s",
    },
  },
  {
    promise: "P7",
    mechanism: `${core}/flow/take-apart.ts`,
    without: "they settle as failures",
    edits: [
      { find: "if (failure instanceof UnavailableError) stopStreams(sent, failure);", replace: "" },
    ],
    test: {
      file: `${core}/model/stall.test.ts`,
      name: "P7: ends it after the stall timeout, and what was under way is not settled: %s",
    },
  },
  {
    promise: "P15",
    mechanism: `${core}/layers/retry-budget.ts`,
    without: "a budget pays although it is empty",
    edits: [{ find: "if (left >= cost) {", replace: "if (cost > 0) {" }],
    test: {
      file: `${core}/layers/retry-policy.test.ts`,
      name: "P15: answers an outage with 50 retries and then one each second, and fails with the error",
    },
  },
  {
    promise: "P15",
    mechanism: `${core}/layers/leases.ts`,
    without: "each model on an endpoint has a budget of its own",
    edits: [{ find: "entries.get(key) ?? {", replace: "undefined ?? {" }],
    test: {
      file: `${core}/model/model-guards.test.ts`,
      name: "P15: is one for a thousand models on it",
    },
  },
  {
    promise: "P16",
    mechanism: `${core}/layers/retry-plan.ts`,
    without: "a server that is away is looked for less and less often",
    edits: [{ find: "const longestLookMs = 1000;", replace: "const longestLookMs = 600_000;" }],
    test: {
      file: `${core}/model/recovery.test.ts`,
      name: "P16: has its whole traffic within two seconds after it is back, and never more than that",
    },
  },
  {
    promise: "P16",
    mechanism: `${core}/layers/circuit.ts`,
    without: "a server that has just come back gets everything at once",
    edits: [
      {
        find: "share === undefined || random() < share) return 0;",
        replace: "share === undefined || share > 0) return 0;",
      },
    ],
    test: {
      file: `${core}/layers/circuit.test.ts`,
      name: "P16: lets a quarter and then half of the attempts pass after an outage",
    },
  },
  {
    promise: "P16",
    mechanism: `${core}/connection/health-checks.ts`,
    without: "a server that is not ready is asked no more often than one that is",
    edits: [
      {
        find: "isCalm ? intervalMs : Math.min(intervalMs, anxiousIntervalMs)",
        replace: "intervalMs",
      },
    ],
    test: {
      file: `${core}/connection/health-checks.test.ts`,
      name: "P16: believes a no at once, asks each second, and believes a yes at once",
    },
  },
  {
    promise: "P19",
    mechanism: `${core}/layers/observe.ts`,
    without: "an attempt that failed is not counted",
    edits: [{ find: "observe({ ...ended(), error });", replace: "" }],
    test: {
      file: `${core}/model/default-stack.test.ts`,
      name: "P19: tell attempts and retries so that the books balance",
    },
  },
  {
    promise: "P19",
    mechanism: `${core}/layers/limit.ts`,
    without: "a hedge counts as a first try",
    edits: [{ find: "waitMs, hedge: true });", replace: "waitMs });" }],
    test: {
      file: `${core}/model/hedging.test.ts`,
      name: "P19: gives each record one outcome, from one of the two, and leaves nothing behind",
    },
  },
  {
    promise: "P19",
    mechanism: `${core}/model/predict-one.ts`,
    without: "a record that its caller gave up is forgotten",
    edits: [{ find: "  this.books.tally.cancelled(1);\n", replace: "" }],
    test: {
      file: `${core}/model/books.test.ts`,
      name: "P19: the books balance at every moment, whatever becomes of records and attempts",
    },
  },
  {
    promise: "P20",
    mechanism: `${core}/transport/clock.ts`,
    without: "the time is that of the wall clock",
    edits: [{ find: "now: () => performance.now(),", replace: "now: () => Date.now()," }],
    test: {
      file: `${core}/transport/clock.test.ts`,
      name: "P20: does not move with the wall clock",
    },
  },
  {
    promise: "P20",
    mechanism: `${core}/flow/keyed-submitter.ts`,
    without: "a sequence goes on as long as the timer of its idle time is late",
    edits: [{ find: "|| !isIdle(lane)) return lane;", replace: "|| true) return lane;" }],
    test: {
      file: `${core}/model/keyed-lifetime.test.ts`,
      name: "P20: is ended also when its timer comes late, behind a blocked event loop",
    },
  },
  {
    promise: "P20",
    mechanism: `${core}/layers/circuit.ts`,
    without: "what ran out of time while the process stood still counts as a failure",
    edits: [{ find: "&& enteredAt <= stalls.lastAt;", replace: "&& enteredAt < 0;" }],
    test: {
      file: `${core}/layers/stall-watch.test.ts`,
      name: "P20: does not open for what ran out of time meanwhile, nor for what failed before",
    },
  },
];
