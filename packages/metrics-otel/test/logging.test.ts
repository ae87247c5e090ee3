import { createModel, float32, int32, type Logger, type Transport } from "@nereid/core";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { pino } from "pino";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Lets happen what is logged: a connection, a retry, failures that open a circuit, a sequence. */
async function live(transport: Transport, failNext: () => void): Promise<void> {
  const adder = await createModel({
    transport,
    model: "accumulator",
    inputs: { X: int32() },
    outputs: { SUM: int32() },
  });
  const sequence = adder.sequence();
  await sequence.predict({ X: 1 });
  await sequence.end();
  const scorer = await createModel({
    transport,
    model: "echo_fp32",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxRetries: 1,
    retryInitialBackoff: 1,
    circuitBreakerEnabled: true,
  });
  failNext();
  await scorer.predict({ IN: 1 });
  for (let failure = 0; failure < 30; failure += 1) {
    failNext();
    failNext();
    await scorer.predict({ IN: 1 }).catch(() => undefined);
  }
  await scorer.close();
  await adder.close();
}

const kinds = [
  /^connection to \S+: connected$/,
  /^model "echo_fp32": attempt 2 in \d+ ms, for the one before was a failure$/,
  /^model "echo_fp32": no attempt after 1: circuit-open$/,
  /^model "echo_fp32": the circuit went from closed to open(?:, as the server's did)?$/,
  /^model "accumulator": a sequence that was new is open$/,
  /^model "accumulator": a sequence that was open is ended$/,
];

/** A server of a kind with a transport to it, and what makes its next exchange fail. */
const open = {
  async http(logger?: Logger) {
    const server = await startV2Server({ models: createStandardModels() });
    const transport = createHttpTransport({ endpoint: server.url, ...(logger && { logger }) });
    return { server, transport, failNext: () => server.failNext({ kind: "reset" }) };
  },
  async grpc(logger?: Logger) {
    const server = await startV2GrpcServer({ models: createStandardModels() });
    const transport = createGrpcTransport({ endpoint: server.url, ...(logger && { logger }) });
    return { server, transport, failNext: () => server.failNext({ kind: "reset" }) };
  },
};

it.each(["http", "grpc"] as const)(
  "takes pino's logger as it is, and tells it of connections, retries, circuits and sequences at debug over %s",
  async (kind) => {
    const written: { readonly level: number; readonly msg: string }[] = [];
    const logger = pino({ level: "debug" }, { write: (line) => written.push(JSON.parse(line)) });
    const { server, transport, failNext } = await open[kind](logger);
    await live(transport, failNext);
    await server.close();
    for (const text of kinds) {
      expect(written).toContainEqual(
        expect.objectContaining({ level: 20, msg: expect.stringMatching(text) }),
      );
    }
    expect(new Set(written.map(({ level }) => level))).toEqual(new Set([20]));
  },
);

it("takes console as it is", async () => {
  const debug = vi.spyOn(console, "debug").mockImplementation(() => undefined);
  const { server, transport, failNext } = await open.http(console);
  await live(transport, failNext);
  await server.close();
  const lines = debug.mock.calls.map(([line]) => line);
  for (const text of kinds) expect(lines).toContainEqual(expect.stringMatching(text));
});

it.each(["http", "grpc"] as const)(
  "writes the same to stderr over %s when NEREID_LOG says debug, and nothing without it",
  async (kind) => {
    const lines: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
    const run = async (): Promise<void> => {
      const { server, transport, failNext } = await open[kind]();
      await live(transport, failNext);
      await server.close();
    };
    await run();
    expect(lines).toEqual([]);
    vi.stubEnv("NEREID_LOG", "debug");
    await run();
    const told = lines.map((line) => line.trimEnd());
    for (const { source } of kinds) {
      expect(told).toContainEqual(
        expect.stringMatching(new RegExp(source.replace("^", "^debug "))),
      );
    }
  },
);

it.each(["http", "grpc"] as const)("goes on over %s when the logger throws", async (kind) => {
  const uncaught: unknown[] = [];
  const onUncaught = (error: unknown): void => void uncaught.push(error);
  process.on("uncaughtException", onUncaught);
  let lines = 0;
  const fail = (): never => {
    lines += 1;
    throw new Error("a disk that is full");
  };
  const { server, transport, failNext } = await open[kind]({
    debug: fail,
    info: fail,
    warn: fail,
    error: fail,
  });
  await live(transport, failNext);
  await server.close();
  await new Promise((resolve) => void setImmediate(resolve));
  process.off("uncaughtException", onUncaught);
  expect(lines).toBeGreaterThan(10);
  expect(uncaught).toEqual([]);
});
