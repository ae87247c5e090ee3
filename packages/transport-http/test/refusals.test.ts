import type { Outcome } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { callWith, httpAnswer, request, startWireServer } from "./wire-server.fixture.ts";

interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly outcome: Outcome;
  readonly retryable: boolean;
  readonly serverText: string;
}

function refusal(
  status: number,
  outcome: Outcome,
  retryable: boolean,
  body = '{"error":"words"}',
  serverText = "words",
): Refusal {
  return { status, outcome, retryable, body, serverText };
}

const refusals: readonly Refusal[] = [
  refusal(302, "unsupported", false),
  refusal(307, "unsupported", false),
  refusal(400, "rejected", false),
  refusal(401, "unauthorized", false),
  refusal(403, "unauthorized", false),
  refusal(404, "not-found", false),
  refusal(405, "unsupported", false),
  refusal(408, "unavailable", true),
  refusal(413, "rejected", false),
  refusal(415, "rejected", false),
  refusal(422, "rejected", false, '{"detail":[{"msg":"bad shape"}]}', "bad shape"),
  refusal(429, "overloaded", true),
  refusal(500, "internal", true, "Internal Server Error", "Internal Server Error"),
  refusal(
    500,
    "rejected",
    false,
    '{"error":"Unable to parse \'data\': x"}',
    "Unable to parse 'data': x",
  ),
  refusal(501, "unsupported", false),
  refusal(502, "unavailable", true, "<html><h1>502 Bad Gateway</h1></html>", "502 Bad Gateway"),
  refusal(503, "unavailable", true),
  refusal(
    503,
    "overloaded",
    true,
    '{"error":"Exceeds maximum queue size"}',
    "Exceeds maximum queue size",
  ),
  refusal(504, "unavailable", true, "", ""),
];

describe("a refusal", () => {
  it.each(refusals)(
    "of $status with $body means $outcome",
    async ({ status, body, outcome, retryable, serverText }) => {
      await using server = await startWireServer((socket) =>
        socket.write(httpAnswer(status, ["Location: http://token@elsewhere/"], body)),
      );
      await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
      const words = serverText === "" ? "" : ` with "${serverText}"`;
      await expect(transport.infer(request, callWith())).rejects.toMatchObject({
        code: "server",
        delivery: "answered",
        status,
        outcome,
        retryable,
        serverText,
        retryAfterMs: undefined,
        message: `POST ${server.url}/v2/models/m/infer: expected status 200, found ${status}${words}`,
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  it("tells how long the server asks to wait, in seconds or until a date", async () => {
    const values = ["7", "Sat, 21 Nov 2026 00:00:09 GMT", "-3", "soon"];
    await using server = await startWireServer((socket) =>
      socket.write(httpAnswer(429, [`Retry-After: ${values[server.requests.length - 1]}`], "")),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      wallNow: () => Date.UTC(2026, 10, 21),
    });
    for (const retryAfterMs of [7000, 9000, undefined, undefined]) {
      await expect(transport.infer(request, callWith())).rejects.toMatchObject({ retryAfterMs });
    }
  });

  it("that never ends is read as far as anybody reads it", async () => {
    await using server = await startWireServer((socket) => {
      socket.write(`HTTP/1.1 502 Bad\r\nContent-Length: 99999999\r\n\r\n`);
      const feed = (): void => {
        if (!socket.destroyed) socket.write("x".repeat(65_536), feed);
      };
      feed();
    });
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({
      status: 502,
      serverText: expect.stringMatching(/^x{1000,1023}…$/),
    });
    expect(transport.poolStats).toMatchObject({ active: 0, total: 0 });
  });

  it("in broken gzip keeps its status", async () => {
    await using server = await startWireServer((socket) =>
      socket.write(httpAnswer(503, ["Content-Encoding: gzip"], "not gzip")),
    );
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({
      status: 503,
      serverText: "",
    });
  });
});
