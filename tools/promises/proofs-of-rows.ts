import type { Proof } from "./proof.ts";

const core = "packages/core/src";

/** Promises about the rows of a stream: P1 to P5 and P8 to P10. */
export const proofsOfRows: readonly Proof[] = [
  {
    promise: "P1",
    mechanism: `${core}/flow/take-apart.ts`,
    without: "a batch that failed settles none of its records",
    edits: [{ find: "} else settleAll(runner, sent, failure, exchanges);\n", replace: "}\n" }],
    test: {
      file: `${core}/flow/create-flow.test.ts`,
      name: "P1: every record settles exactly once, within the window, in order where asked",
    },
  },
  {
    promise: "P1",
    mechanism: `${core}/flow/take-apart.ts`,
    without: "a failure behind other events is not told",
    edits: [{ find: "} else settleAll(runner, sent, failure, exchanges);\n", replace: "}\n" }],
    test: {
      file: `${core}/model/one-outcome.test.ts`,
      name: "P1: a record has one outcome, whatever happens to it in whatever order",
    },
  },
  {
    promise: "P2",
    mechanism: `${core}/flow/outcome-policy.ts`,
    without: "a record settles while its dead letter is still being written",
    edits: [
      {
        find: "error, attempts }).then(settle);",
        replace: 'error, attempts });\n  settle({ outcome: "failed", record, error, attempts });',
      },
    ],
    test: {
      file: `${core}/model/dead-letters.test.ts`,
      name: "P2: is durable before its record settles, and the source waits meanwhile",
    },
  },
  {
    promise: "P2",
    mechanism: "packages/cli/src/checkpoint/recover.ts",
    without: "a row counts as finished although its line was cut off by a crash",
    edits: [
      {
        find: "for (const byte of there) if (byte === 0x0a) lines += 1;",
        replace: "lines = there.length;",
      },
    ],
    test: {
      file: "packages/cli/test/checkpoint.test.ts",
      name: "P2: knows at every byte of a run whose whole lines stand in the files",
    },
  },
  {
    promise: "P2",
    mechanism: `${core}/flow/create-flow.ts`,
    without: "rows come out as they settle, and a position passes over some that do not come out",
    edits: [
      {
        find: "const { ordered = true, window = defaultWindow, signal } = options;",
        replace: "const { window = defaultWindow, signal } = options;\n  const ordered = false;",
      },
    ],
    test: {
      file: "e2e/process/killed.test.ts",
      name: "P2: loses no record, and keeps the order, through the operator",
    },
  },
  {
    promise: "P3",
    mechanism: "packages/cli/src/source/json-lines.ts",
    without: "a resumed run reads finished rows again",
    edits: [{ find: "if (finished.has(row - 1)) continue;", replace: "" }],
    test: {
      file: "packages/cli/test/resume.test.ts",
      name: "P3: goes on behind kills, %s, without sending a finished row again",
    },
  },
  {
    promise: "P3",
    mechanism: "packages/integration-streams/src/flow-duplex.ts",
    without: "a row is handed over twice",
    edits: [
      {
        find: "isWanted = duplex.push(item);",
        replace: "isWanted = duplex.push(item) && duplex.push(item);",
      },
    ],
    test: {
      file: "e2e/process/killed.test.ts",
      name: "P3: repeats only what was under way at a kill, through the Duplex",
    },
  },
  {
    promise: "P4",
    mechanism: `${core}/flow/create-flow.ts`,
    without: "rows come out as they settle",
    edits: [
      {
        find: "const { ordered = true, window = defaultWindow, signal } = options;",
        replace: "const { window = defaultWindow, signal } = options;\n  const ordered = false;",
      },
    ],
    test: {
      file: `${core}/model/predict-all.test.ts`,
      name: "P4: keeps the order although later records answer first, unless told otherwise",
    },
  },
  {
    promise: "P5",
    mechanism: `${core}/flow/create-flow.ts`,
    without: "a flow always has room",
    edits: [{ find: "      flow.room -= 1;\n", replace: "" }],
    test: {
      file: `${core}/model/predict-all.test.ts`,
      name: "P5: reads the source only as far as the window",
    },
  },
  {
    promise: "P5",
    mechanism: "packages/integration-streams/src/flow-duplex.ts",
    without: "the buffers of a stream are larger than it was told",
    edits: [
      {
        find: "    objectMode: true,\n    highWaterMark,",
        replace: "    objectMode: true,\n    highWaterMark: 1000,",
      },
    ],
    test: {
      file: "packages/integration-streams/test/streams.test.ts",
      name: "P5: takes no more than its window and its buffers hold",
    },
  },
  {
    promise: "P8",
    mechanism: `${core}/flow/gather.ts`,
    without: "an exchange that nobody waits for goes on",
    edits: [{ find: "batch.stop.abort(reason);", replace: ";" }],
    test: {
      file: `${core}/model/model.test.ts`,
      name: "P8: aborts an exchange that nobody waits for any more",
    },
  },
  {
    promise: "P8",
    mechanism: `${core}/transport/clock.ts`,
    without: "a wait before a retry outlasts the abort",
    edits: [{ find: 'signal.addEventListener("abort", onAbort, { once: true });', replace: "" }],
    test: {
      file: `${core}/layers/retry.test.ts`,
      name: "P8: stops waiting when the caller aborts, with the caller's reason",
    },
  },
  {
    promise: "P9",
    mechanism: `${core}/flow/gather.ts`,
    without: "close does not wait for what is under way",
    edits: [
      {
        find: "if (pending === 0 && underWay.all.length === 0) return Promise.resolve();",
        replace: "return Promise.resolve();",
      },
    ],
    test: {
      file: `${core}/model/model.test.ts`,
      name: "P9: lets what is under way settle, refuses what comes after, and closes the transport",
    },
  },
  {
    promise: "P9",
    mechanism: `${core}/model/closing.ts`,
    without: "closing waits without end",
    edits: [
      {
        find: "() => abort(`none within ${drainTimeoutMs} ms of draining`),",
        replace: "() => undefined,",
      },
    ],
    test: {
      file: `${core}/model/closing.test.ts`,
      name: "P9: gives up what has not settled within the drain timeout",
    },
  },
  {
    promise: "P9",
    mechanism: `${core}/model/closing.ts`,
    without: "force is not heard",
    edits: [{ find: "if (force) abort(", replace: "if (force && isAborted) abort(" }],
    test: {
      file: `${core}/model/closing.test.ts`,
      name: "P9: twice is closing once, and with force ends what is left at once",
    },
  },
  {
    promise: "P9",
    mechanism: `${core}/flow/gather.ts`,
    without: "it waits for its batch timeout",
    edits: [{ find: "      closed = true;\n      drain();", replace: "      closed = true;" }],
    test: {
      file: `${core}/model/closing.test.ts`,
      name: "P9: sends a batch that is half full at once",
    },
  },
  {
    promise: "P10",
    mechanism: `${core}/flow/splitting.ts`,
    without: "a batch with a culprit fails as a whole",
    edits: [
      {
        find: "|| !isWorthSplitting(error)) {",
        replace: "|| isWorthSplitting(error)) {",
      },
    ],
    test: {
      file: `${core}/model/model.test.ts`,
      name: "P10: splits a poisoned batch until the culprit stands alone and repeats only that",
    },
  },
  {
    promise: "P10",
    mechanism: `${core}/flow/splitting.ts`,
    without: "halving goes on however many culprits there are",
    edits: [{ find: "if (failedParts > mostFailedParts)", replace: "if (failedParts > rows)" }],
    test: {
      file: `${core}/flow/splitting.test.ts`,
      name: "P10: sends records one by one once halving costs more than it finds",
    },
  },
];
