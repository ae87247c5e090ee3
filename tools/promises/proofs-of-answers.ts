import type { Proof } from "./proof.ts";

const core = "packages/core/src";
const http = "packages/transport-http";

/** Promises about sequences, answers, clients, options and secrets: P11 to P14, P17 and P18. */
export const proofsOfAnswers: readonly Proof[] = [
  {
    promise: "P11",
    mechanism: `${core}/layers/may-replay.ts`,
    without: "a step is repeated although it may have been applied",
    edits: [
      { find: 'return error.delivery === "not-sent" || isRefused;', replace: "return true;" },
    ],
    test: {
      file: `${core}/model/keyed-oracle.test.ts`,
      name: "P11: each ended sequence applied its records once and in order, and each broken one was reported",
    },
  },
  {
    promise: "P12",
    mechanism: `${core}/protocol/check-response.ts`,
    without: "an answer with another id is believed",
    edits: [{ find: "idRequired : response.id !== id) {", replace: "idRequired : false) {" }],
    test: {
      file: `${core}/protocol/check-response.test.ts`,
      name: "P12: an answer with %s is refused",
    },
  },
  {
    promise: "P12",
    mechanism: `${http}/src/connection-pool.ts`,
    without: "a connection with an answer to another question serves on",
    edits: [{ find: "if (!retire(connection)) distrusted.add(connection);", replace: "" }],
    test: {
      file: `${http}/test/pool.test.ts`,
      name: "P12: gives up a socket whose answers are not those to its requests",
    },
  },
  {
    promise: "P12",
    mechanism: `${http}/src/connection.ts`,
    without: "what an idle connection brought is the answer to the next question",
    edits: [
      {
        find: "wire?.isOpen === true && wire.readIn !== currentTurn()",
        replace: "currentTurn() < 0",
      },
    ],
    test: {
      file: `${http}/test/wire-keeping.test.ts`,
      name: "P12: gives nobody what it brought to a request out of %s",
    },
  },
  {
    promise: "P12",
    mechanism: `${http}/src/wire/answer-parser.ts`,
    without: "a connection serves on behind an answer with something behind it",
    edits: [{ find: 'return at === bytes.length ? "end" : "excess";', replace: 'return "end";' }],
    test: {
      file: `${http}/test/wire-keeping.test.ts`,
      name: "P12: behind an answer with something behind it",
    },
  },
  {
    promise: "P13",
    mechanism: `${core}/protocol/scan-json.ts`,
    without: "JSON may be nested without a limit",
    edits: [{ find: "if (depth > maxDepth) {", replace: "if (depth < 0) {" }],
    test: {
      file: `${core}/protocol/parse-json.test.ts`,
      name: "P13: of a million levels is a decode error, not an exhausted stack",
    },
  },
  {
    promise: "P13",
    mechanism: `${core}/protocol/read-json.ts`,
    without: "an object of an answer has a prototype",
    edits: [
      {
        find: "const object: Record<string, JsonValue> = Object.create(null);",
        replace: "const object: Record<string, JsonValue> = {};",
      },
    ],
    test: { file: `${core}/protocol/parse-json.test.ts`, name: "P13: %s changes no prototype" },
  },
  {
    promise: "P13",
    mechanism: `${core}/tensor/parse-bytes.ts`,
    without: "a length is believed beyond the end of its tensor",
    edits: [{ find: "if (length > byteLength - start) {", replace: "if (length < 0) {" }],
    test: {
      file: `${core}/tensor/parse-bytes.test.ts`,
      name: "P13: %s",
    },
  },
  {
    promise: "P13",
    mechanism: `${http}/src/decompress.ts`,
    without: "a packed answer may be as large as it likes",
    edits: [
      {
        find: "undo(body, { maxOutputLength: most });",
        replace: "undo(body, { maxOutputLength: 2 ** 31 - 1 });",
      },
    ],
    test: {
      file: `${http}/src/decompress.test.ts`,
      name: "P13: stops at the limit, not after it",
    },
  },
  {
    promise: "P14",
    mechanism: `${http}/src/pool-registry.ts`,
    without: "the first release closes what others use",
    edits: [{ find: "if (entry.users > 0) return;", replace: "" }],
    test: {
      file: `${http}/src/pool-registry.test.ts`,
      name: "P14: has one pool for each key that is held, and closes it with the last release",
    },
  },
  {
    promise: "P17",
    mechanism: `${core}/options/parse-option-map.ts`,
    without: "a model is made although its options have problems",
    edits: [
      { find: "provider === undefined || issues.length > 0", replace: "provider === undefined" },
    ],
    test: {
      file: `${core}/options/parse-option-map.test.ts`,
      name: "P17: have a connection timeout below the timeout when both are written",
    },
  },
  {
    promise: "P18",
    mechanism: `${core}/options/parse-endpoint.ts`,
    without: "the error about an endpoint repeats it",
    edits: [
      {
        find: '"expected a URL without credentials, found some; use auth-token"',
        replace: '"expected a URL without credentials, found ".concat(value)',
      },
    ],
    test: {
      file: `${core}/options/parse-connection-options.test.ts`,
      name: "P18: never appear (%i)",
    },
  },
  {
    promise: "P18",
    mechanism: `${http}/src/http-client.ts`,
    without: "errors over HTTP keep what a server quotes of the credentials",
    edits: [
      {
        find: "redact: (error) => redactError(error, optionHeaders.redact),",
        replace: "redact: (error) => error,",
      },
    ],
    test: {
      file: `${http}/test/secrets.test.ts`,
      name: "P18: are in nothing that a server causes that answers with %s",
    },
  },
];
