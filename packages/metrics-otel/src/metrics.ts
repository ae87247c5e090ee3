import type { MetricName } from "./metric-name.ts";
import { counter, duration, gauge, rows, seconds, type MetricRow } from "./metric-row.ts";

/** On every metric; those of the conventions do without the transport, which their name tells. */
export const modelAttributeNames: readonly string[] = [
  "nereid.model.name",
  "[nereid.model.version]",
  "nereid.transport",
];

/** Every metric; nothing else is measured, and the docs page is made of this. */
export const metrics: Readonly<Record<MetricName, MetricRow>> = {
  "nereid.requests": counter(
    "{request}",
    ["nereid.outcome"],
    "Requests to the model that ended, each over all its attempts: `ok` or `failed`. A batch is one.",
  ),
  "nereid.success": counter("{request}", [], "Requests that were answered."),
  "nereid.failure": counter(
    "{request}",
    ["error.type"],
    "Requests whose last attempt failed, or that had none.",
  ),
  "nereid.latency": duration(
    ["[error.type]"],
    "From the start of a request to its end, over all attempts and the waits between them. One without `error.type` was answered.",
  ),
  "nereid.output_rows": counter(
    "{row}",
    ["nereid.outcome"],
    "Rows that came out: `ok`, or `fallback` for default rows.",
  ),
  "nereid.records": counter(
    "{record}",
    ["nereid.outcome", "[error.type]"],
    "Records that settled: `ok`, `failed`, or `fallback` with a default row. Each settles once.",
  ),
  "nereid.attempts": counter(
    "{attempt}",
    [],
    "Exchanges with the server: first ones, retries and hedges.",
  ),
  "nereid.attempt.duration": duration(
    ["[server.address]", "[server.port]", "[error.type]"],
    "One exchange, for transports that are neither HTTP nor gRPC, whose exchanges have names of their own.",
  ),
  "nereid.retries": counter(
    "{retry}",
    ["nereid.reason"],
    "Attempts that repeat another: because the server was full (`throttled`), too slow (`timeout`) or failed (`failure`).",
  ),
  "nereid.retries.stopped": counter(
    "{request}",
    ["nereid.reason"],
    "Failures without a further attempt: `final` ones, `retries-spent`, `circuit-open`, `quarantined`, no `budget`, a `retry-after` or a wait that the `deadline` has no room for.",
  ),
  "nereid.hedges": counter(
    "{attempt}",
    [],
    "Attempts that were sent to a second endpoint because the first took long, with `hedging`.",
  ),
  "nereid.hedges.won": counter("{attempt}", [], "Hedges that answered before the first attempt."),
  "nereid.deadline.waits": counter(
    "{request}",
    ["nereid.waiting_for"],
    "Requests whose time was over while they waited for a `retry` or a `place` under the limit.",
  ),
  "nereid.batches": counter("{batch}", [], "Batches that left the gatherer."),
  "nereid.batch.rows": {
    kind: "histogram",
    unit: "{row}",
    attributes: [],
    meaning: "Records in a batch, of models whose `batch-size` is above 1.",
    buckets: rows,
  },
  "nereid.queue.time": counter(
    "s",
    ["nereid.waiting_for"],
    "Time spent waiting for a `batch`, by the record of each batch that waited longest, and for a `place` under the limit, by each attempt.",
  ),
  "nereid.records.waiting": gauge("{record}", [], "Records that wait for their batch."),
  "nereid.batches.under_way": gauge(
    "{batch}",
    [],
    "Batches whose answer is awaited, waits for retries included.",
  ),
  "nereid.in_flight": gauge("{attempt}", [], "Exchanges under way."),
  "nereid.in_flight.limit": gauge("{attempt}", [], "Exchanges that may be under way."),
  "nereid.io": counter(
    "By",
    ["nereid.direction"],
    "Bytes of tensors, `sent` and `received`, before compression and without headers.",
  ),
  "nereid.retry_budget.left": gauge(
    "1",
    [],
    "What is left to pay for retries, from 0 to 1, of the budget that all models on an endpoint share; of several endpoints, where most is left.",
  ),
  "nereid.sequences": counter(
    "{sequence}",
    ["nereid.change"],
    "Sequences that were `started`, that were `ended`, whose state on the server was `lost`, and that were `left` without an end.",
  ),
  "nereid.sequences.alive": gauge("{sequence}", [], "Sequences that take steps."),
  "nereid.endpoint.ready": gauge(
    "1",
    ["[server.address]", "[server.port]"],
    "1 while health checks say that the endpoint and the model are ready, else 0.",
  ),
  "nereid.server.requests": counter(
    "{request}",
    ["[server.address]", "[server.port]"],
    "Requests of all clients, as the server itself counts them. Only with `serverStatistics`.",
  ),
  "nereid.server.time": counter(
    "s",
    ["nereid.phase", "[server.address]", "[server.port]"],
    "Time that the server spent on these requests: in its `queue` and in `compute`. What an exchange took beyond that was the network. Only with `serverStatistics`.",
  ),
  "nereid.circuit.state": gauge(
    "1",
    ["nereid.state", "[server.address]", "[server.port]"],
    "1 for the state of an endpoint's circuit breaker, or of the model's own when that is worse, `closed`, `open` or `half-open`, and 0 for the other two.",
  ),
  "nereid.circuit.openings": counter(
    "{opening}",
    ["[server.address]", "[server.port]"],
    "How often an endpoint's circuit breaker opened, or the model's own.",
  ),
  "nereid.pool.idle": gauge("{connection}", [], "Open connections without an exchange."),
  "nereid.pool.active": gauge("{connection}", [], "Connections with an exchange."),
  "nereid.pool.queued": gauge(
    "{attempt}",
    [],
    "Exchanges that wait for a connection. Above 0 for long: the pool is too small.",
  ),
  "nereid.pool.total": gauge("{connection}", [], "Connections, idle or active."),
  requests: { ...counter("{request}", [], "As `nereid.requests`."), repeats: "nereid.requests" },
  success: { ...counter("{request}", [], "As `nereid.success`."), repeats: "nereid.success" },
  failure: {
    ...counter("{request}", [], "As `nereid.failure`, of all kinds together."),
    repeats: "nereid.failure",
  },
  latency: {
    kind: "histogram",
    unit: "ms",
    attributes: [],
    meaning: "As `nereid.latency`, in milliseconds.",
    buckets: seconds.map((bound) => bound * 1000),
    repeats: "nereid.latency",
  },
  output_rows: {
    ...counter("{row}", [], "As `nereid.output_rows`."),
    repeats: "nereid.output_rows",
  },
  "http.client.request.duration": duration(
    [
      "http.request.method",
      "[server.address]",
      "[server.port]",
      "[http.response.status_code]",
      "[error.type]",
    ],
    "One exchange over HTTP, by the semantic conventions.",
  ),
  "rpc.client.call.duration": duration(
    [
      "rpc.system.name",
      "rpc.method",
      "[server.address]",
      "[server.port]",
      "[rpc.response.status_code]",
      "[error.type]",
    ],
    "One exchange over gRPC, by the semantic conventions. A request on a shared stream counts as one.",
  ),
};
