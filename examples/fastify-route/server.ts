import { createModel, float32, InferenceError, type Model, type Transport } from "@nereid/core";
import Fastify, { type FastifyInstance } from "fastify";

/** What the route takes and gives. */
interface Reading {
  readonly IN: number;
}

const statuses: Readonly<Record<string, number>> = {
  encode: 400,
  "circuit-open": 503,
  closed: 503,
  deadline: 504,
};

/**
 * A route over a typed model. Requests that arrive together share a batch by themselves.
 *
 * Closing the server lets requests under way end, then closes the model and its sockets.
 */
export async function createServer(transport: Transport): Promise<FastifyInstance> {
  const model: Model<Reading, { readonly OUT: number }> = await createModel({
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    batchSize: 32,
    timeout: "5s",
  });
  const server = Fastify();
  const schema = {
    body: { type: "object", required: ["IN"], properties: { IN: { type: "number" } } },
  };

  server.post<{ Body: Reading }>("/predict", { schema }, async (request, reply) => {
    const left = new AbortController();
    // Fires also behind a complete answer, where nobody listens any more.
    reply.raw.on("close", () => left.abort(new Error("the client has gone")));
    try {
      return await model.predict(request.body, { signal: left.signal });
    } catch (error) {
      if (!InferenceError.is(error)) throw error;
      return await reply.code(statuses[error.code] ?? 502).send({ code: error.code });
    }
  });
  // A client that keeps its connection would keep a closing server open.
  let isClosing = false;
  server.addHook("preClose", async () => void (isClosing = true));
  server.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
  server.addHook("onClose", () => model.close());
  return server;
}
