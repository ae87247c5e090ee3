import { describe, expect, it } from "vitest";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, failureOf, openFor, ways } from "./ways.fixture.ts";

describe.each(ways)("maxResponseBytes (%s)", (way) => {
  it.each([
    [-1, false],
    [0, true],
    [1, true],
  ])("of the answer's size and %i", async (more, fits) => {
    let size = 0;
    await using server = await startRawServer({
      onRequest(exchange) {
        size = exchange.frame().length - 5;
        exchange.answer();
      },
    });
    // Ids are as long for every request of a transport's beginning, and so are their answers.
    await using probe = openFor(way, { endpoint: server.address });
    await ask(probe, way);
    await using transport = openFor(way, {
      endpoint: server.address,
      maxResponseBytes: size + more,
    });
    if (fits) expect(await ask(transport, way)).toEqual(Float32Array.of(1, 2.5));
    else expect(await failureOf(transport, way)).toMatchObject({ code: "decode" });
  });

  it("does not bound requests", async () => {
    await using server = await startRawServer({ onRequest: (one) => one.end(3, "seen") });
    await using transport = openFor(way, { endpoint: server.address, maxResponseBytes: 200 });
    await failureOf(transport, way);
    expect(server.requests).toHaveLength(1);
  });
});
