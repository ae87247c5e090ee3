import { describe, expect, it } from "vitest";
import type { Call, Infer } from "../transport/transport.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";
import type { LayerEvent } from "./observe.ts";
import { retryLayer } from "./retry.ts";

/** One model: a killer whose every exchange ends without an answer, and others. */
function setUp(killer: () => Error = () => transportError("unknown")) {
  const clock = createVirtualClock();
  const events: LayerEvent[] = [];
  const sent: number[] = [];
  const others: ((end: "answer" | Error) => void)[] = [];
  const infer: Infer = async (_request, { headers }) => {
    if (headers["who"] === "killer") {
      sent.push(clock.now());
      throw killer();
    }
    const end = await new Promise((resolve) => others.push(resolve));
    if (end instanceof Error) throw end;
    return response;
  };
  const layer = retryLayer({
    maxRetries: 3,
    initialBackoffMs: 100,
    maxBackoffMs: 30_000,
    clock,
    random: () => 1,
    observe: (event) => events.push(event),
  })(infer);
  const kill = (call: Partial<Call> = {}): Promise<unknown> =>
    layer(request, callWith({ headers: { who: "killer" }, ...call })).catch(
      (error: unknown) => error,
    );
  /** Another record's request, answered or refused when `end` is called. */
  const other = (): { end: (how: "answer" | Error) => Promise<void> } => {
    layer(request, callWith()).catch(() => undefined);
    const end = others.at(-1);
    return {
      async end(how) {
        end?.(how);
        await clock.advance(0);
      },
    };
  };
  return { clock, events, sent, kill, other };
}

describe("a lone record that takes its server down twice", () => {
  it("is quarantined when others are answered in between: told, and not sent a third time", async () => {
    const { clock, events, sent, kill, other } = setUp();
    const killed = kill();
    await clock.advance(50);
    await other().end(transportError("not-sent"));
    await other().end("answer");
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({
      code: "transport",
      retryable: false,
      delivery: "unknown",
      message: expect.stringContaining("quarantined"),
    });
    expect(sent).toHaveLength(2);
    expect(events.at(-1)).toEqual({ type: "retry-stopped", reason: "quarantined", attempts: 2 });
  });

  it("is quarantined when the server only refuses the others in between", async () => {
    const { clock, sent, kill, other } = setUp();
    const killed = kill();
    await clock.advance(50);
    await other().end(transportError("not-sent"));
    await other().end(serverError("rejected"));
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({ retryable: false });
    expect(sent).toHaveLength(2);
  });

  it("is sent once more when others ended with it, for whatever ended them may have ended it", async () => {
    const { clock, sent, kill, other } = setUp();
    const killed = kill();
    await clock.advance(50);
    await other().end(transportError("not-sent"));
    await other().end("answer");
    const beside = other();
    await clock.advance(60);
    // A moment behind the second time.
    await beside.end(transportError("unknown"));
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({ retryable: false });
    expect(sent).toHaveLength(3);
  });
});

describe("a lone record is sent as often as the retries say", () => {
  it("when nothing shows that the server was up in between", async () => {
    const { clock, sent, kill } = setUp();
    const killed = kill();
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({ retryable: true });
    expect(sent).toHaveLength(4);
  });

  it("when a request that was under way is answered after all: only a connection died", async () => {
    const { clock, sent, kill, other } = setUp();
    const before = other();
    await clock.advance(10);
    const killed = kill();
    await clock.advance(50);
    await before.end("answer");
    await other().end("answer");
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({ retryable: true });
    expect(sent).toHaveLength(4);
  });

  it("when the server was never seen down: connections die of many things", async () => {
    const { clock, sent, kill, other } = setUp();
    const killed = kill();
    await clock.advance(50);
    await other().end("answer");
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({ retryable: true });
    expect(sent).toHaveLength(4);
  });

  it("when somebody else says that the server is away", async () => {
    const { clock, sent, kill, other } = setUp();
    const killed = kill();
    await clock.advance(50);
    await other().end(serverError("unavailable"));
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({ retryable: true });
    expect(sent).toHaveLength(4);
  });

  it("when it never reached the server", async () => {
    const { clock, sent, kill, other } = setUp(() => transportError("not-sent"));
    const killed = kill();
    await clock.advance(50);
    await other().end("answer");
    await clock.advance(60_000);
    await expect(killed).resolves.toMatchObject({ delivery: "not-sent", retryable: true });
    expect(sent).toHaveLength(4);
  });
});

describe("a record that is alone because its batch failed", () => {
  it("is repeated once before it is blamed for a model that raises", async () => {
    const error = serverError("internal");
    const { clock, sent, kill } = setUp(() => error);
    const killed = kill({ isolated: true });
    await clock.advance(60_000);
    await expect(killed).resolves.toBe(error);
    expect(sent).toHaveLength(2);
  });

  it.each([serverError("overloaded"), transportError("unknown")])(
    "is repeated as often as others for what no record need be to blame for: %s",
    async (error) => {
      const { clock, sent, kill } = setUp(() => error);
      const killed = kill({ isolated: true });
      await clock.advance(60_000);
      await killed;
      expect(sent).toHaveLength(4);
    },
  );
});

it("leaves a batch that ended without an answer to its owner, who splits it", async () => {
  const { clock, sent, kill } = setUp();
  const killed = kill({ rows: 8 });
  await clock.advance(60_000);
  await killed;
  expect(sent).toHaveLength(1);
});

it("repeats a record of a failed batch once more when another batch failed with it", async () => {
  const { clock, sent, kill, other } = setUp(() => serverError("internal"));
  const killed = kill({ isolated: true, deadline: 100_000 });
  await other().end(serverError("internal"));
  await clock.advance(60_000);
  await expect(killed).resolves.toMatchObject({ code: "server" });
  expect(sent).toHaveLength(3);
});
