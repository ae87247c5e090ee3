import { createVirtualClock } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { OptionsError } from "@nereid/core/transport-kit";
import { createGrpcTransport } from "../src/index.ts";
import { dial } from "./dial.fixture.ts";
import { frameOf, grpcHead } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { startSilentServer } from "./silent-server.fixture.ts";

const keepAliveMs = 10_000;
const answerMs = 20_000;

/** A frame of settings, by which a server is up, and all that it ever says. */
const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

describe("a shared stream with keepAliveMs", () => {
  it("pings from time to time, and stays up while answers come", async () => {
    await using server = await startRawServer({
      onOpen(stream) {
        stream.respond(grpcHead);
        // Behind the answer to the ping, on the same connection.
        stream.session?.on("ping", () => stream.write(frameOf(new Uint8Array())));
        return false;
      },
    });
    const clock = createVirtualClock();
    const { stream, up, received } = dial(`grpc://${server.address}`, { clock, keepAliveMs });
    await up;
    await server.opened(1);
    for (let round = 1; round <= 3; round += 1) {
      await clock.advance(keepAliveMs);
      await received(round);
    }
    expect(stream.hasRoom).toBe(true);
    stream.cancel();
    await server.idle();
    expect(clock.timers).toBe(0);
  });

  it("ends when no answer to a ping comes", async () => {
    await using server = await startSilentServer((socket) => socket.write(emptySettings));
    const clock = createVirtualClock();
    const { up, ended } = dial(`grpc://${server.address}`, { clock, keepAliveMs });
    await up;
    await clock.advance(keepAliveMs + answerMs - 1);
    expect(clock.timers).toBe(1);
    await clock.advance(1);
    expect(await ended).toMatchObject({
      code: "transport",
      delivery: "unknown",
      retryable: true,
      message: expect.stringContaining("found no answer to a ping"),
    });
    await server.idle();
    expect(clock.timers).toBe(0);
  });

  it("does not ping unless asked to", async () => {
    await using server = await startRawServer({ onOpen: () => false });
    const clock = createVirtualClock();
    const { stream, up } = dial(`grpc://${server.address}`, { clock });
    await up;
    expect(clock.timers).toBe(0);
    stream.cancel();
    await server.idle();
  });
});

it("pings more often than every 10 s are refused", () => {
  expect(() => createGrpcTransport({ endpoint: "h:1", keepAliveMs: 9_999 })).toThrow(OptionsError);
});
