import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { OptionsError } from "../errors/errors.ts";
import type { ConnectionOptionsInput } from "./connection-options-input.ts";
import { issuesOf, pemText } from "./issues.fixture.ts";
import { parseConnectionOptions, type OptionResolvers } from "./parse-connection-options.ts";

const endpoint = "http://localhost:8000";
const canary = "canary-5309";

const issues = (
  input: Omit<ConnectionOptionsInput, "endpoint">,
  resolvers: OptionResolvers = {},
): readonly { readonly option: string; readonly problem: string }[] =>
  issuesOf(() => parseConnectionOptions({ endpoint, ...input }, [], resolvers));

describe("connection options together", () => {
  it("need room for the idle sockets", () => {
    expect(issues({ connectionPoolMaxIdle: 9, connectionPoolMaxTotal: 8 })).toEqual([
      {
        option: "connectionPoolMaxTotal",
        problem: "expected at least the idle sockets (9), found 8",
      },
    ]);
    expect(issues({ connectionPoolMaxIdle: 0, connectionPoolMaxTotal: 8 })).toHaveLength(1);
  });

  it("need the certificate and its key, and name the one that is missing", () => {
    const problem = "expected tlsCert and tlsKey together, found one of them";
    expect(issues({ tlsCert: pemText })).toEqual([{ option: "tlsKey", problem }]);
    expect(issues({ tlsKey: pemText })).toEqual([{ option: "tlsCert", problem }]);
  });

  it("take a token or an authorization header, not both", () => {
    const problem = 'expected no "authorization" header beside it, found one in customHeaders';
    expect(issues({ authToken: canary, customHeaders: { Authorization: canary } })).toEqual([
      { option: "authToken", problem },
    ]);
    expect(issues({ customHeaders: { Authorization: canary } })).toEqual([]);
  });

  it("take names that the caller knows and refuse others with the nearest one", () => {
    const input = { endpoint, dispatcher: {}, authTokn: canary };
    expect(issuesOf(() => parseConnectionOptions(input, ["dispatcher"]))).toEqual([
      {
        option: "authTokn",
        problem: 'expected an option of this release, found none of it; is it "authToken"?',
      },
    ]);
  });

  it("are an object with an endpoint of its own", () => {
    const given: ConnectionOptionsInput = JSON.parse("null");
    expect(issuesOf(() => parseConnectionOptions(given))).toEqual([
      { option: "options", problem: "expected an object of names and values, found null" },
    ]);
    const inherited: ConnectionOptionsInput = Object.create({ endpoint });
    expect(issuesOf(() => parseConnectionOptions(inherited))).toEqual([
      { option: "endpoint", problem: "expected a URL, found none" },
    ]);
  });
});

describe("TLS files", () => {
  it("are read by the caller's reader", () => {
    const readText = (path: string): string => `# ${path}\n${pemText}`;
    const { tls } = parseConnectionOptions({ endpoint, tlsCa: "ca.pem" }, [], { readText });
    expect(tls).toEqual({ ca: `# ca.pem\n${pemText}`, insecure: false });
  });

  it.each<[string, OptionResolvers]>([
    ["expected PEM text that begins with -----BEGIN, found something else", {}],
    [
      "expected a file that can be read, found none",
      {
        readText: () => {
          throw new TypeError(canary);
        },
      },
    ],
    ["expected a file with PEM text, found one without -----BEGIN", { readText: () => canary }],
  ])("are refused otherwise: %s", (problem, resolvers) => {
    expect(issues({ tlsCa: canary }, resolvers)).toEqual([{ option: "tlsCa", problem }]);
  });
});

describe("secrets in errors", () => {
  const inputs: readonly ConnectionOptionsInput[] = [
    { endpoint: `http://user:${canary}@localhost` },
    { endpoint: `${canary}:password@localhost` },
    { endpoint: `http://localhost/?key=${canary}` },
    { endpoint, authToken: `${canary}\r\n` },
    { endpoint, authToken: `\${${canary}}` },
    { endpoint, authToken: `\${env:${canary}}` },
    { endpoint, authToken: canary, customHeaders: { authorization: canary } },
    { endpoint, customHeaders: { "x-a": `${canary}\0`, host: canary, [`${canary} `]: "a" } },
    { endpoint, tlsKey: canary },
    { endpoint, tlsCert: `-----BEGIN ${canary}` },
  ];
  it.each(inputs.map((input, index) => [index, input] as const))(
    "P18: never appear (%i)",
    (_, input) => {
      let thrown: unknown;
      try {
        parseConnectionOptions(input);
      } catch (error) {
        thrown = error;
      }
      if (!(thrown instanceof OptionsError)) throw new TypeError("expected an OptionsError");
      const told = [
        thrown.message,
        thrown.stack,
        JSON.stringify(thrown),
        inspect(thrown, { depth: 9, showHidden: true }),
      ];
      expect(told.join("\n")).not.toContain(canary);
    },
  );
});
