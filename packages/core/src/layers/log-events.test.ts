import { expect, it } from "vitest";
import { serverError } from "./layers.fixture.ts";
import { logEvents } from "./log-events.ts";
import type { LayerEvent } from "./observe.ts";

const events: readonly [LayerEvent, string | undefined][] = [
  [
    { type: "retry", reason: "timeout", attempt: 2, waitMs: 99.6, paid: 20 },
    'model "m": attempt 2 in 100 ms, for the one before was a timeout',
  ],
  [
    { type: "retry-stopped", reason: "budget", attempts: 3 },
    'model "m": no attempt after 3: budget',
  ],
  [
    { type: "deadline-while-waiting", waitingFor: "place" },
    'model "m": its time was over while it waited for a place',
  ],
  [
    { type: "circuit", from: "closed", to: "open", endpoint: "http://a:1" },
    'model "m": the circuit of http://a:1 went from closed to open',
  ],
  [{ type: "health", ready: false }, 'model "m": health checks found it not ready'],
  [{ type: "sequence", from: "open", to: "lost" }, 'model "m": a sequence that was open is lost'],
  [{ type: "limit", maxInFlight: 8 }, 'model "m": 8 exchanges may be under way'],
  [
    { type: "call", rows: 1, durationMs: 1, error: serverError("rejected") },
    'model "m": a request failed: rejected',
  ],
  [{ type: "call", rows: 1, durationMs: 1 }, undefined],
  [{ type: "queued", waitMs: 1 }, undefined],
];

it.each(events)("of %j says %j", (event, expected) => {
  const lines: string[] = [];
  const refuse = (): void => {
    throw new Error("expected debug");
  };
  const logger = {
    debug: (line: string) => void lines.push(line),
    info: refuse,
    warn: refuse,
    error: refuse,
  };
  logEvents(logger, "m")(event);
  expect(lines).toEqual(expected === undefined ? [] : [expected]);
});
