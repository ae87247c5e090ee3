import { createModel } from "@nereid/core";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { createHttpTransport } from "@nereid/transport-http";
import { doubling, withFault } from "./models.ts";
import type { Section } from "./provocation.ts";

export const server: Section = {
  errorClass: "ServerError",
  meaning:
    "The server answered no. `outcome` says what it means, `status` and `serverText` what the server said; `retryAfterMs` how long it asked to wait.",
  provocations: [
    {
      title: "not-found: no such model",
      advice:
        "Look at `nereid inspect`; the model may not be loaded, or the gateway's prefix is missing.",
      provoke: async () => {
        await using server = await startV2Server({ models: createStandardModels() });
        return await createModel({
          transport: createHttpTransport({ endpoint: server.url }),
          model: "unknown",
        });
      },
    },
    {
      title: "internal: the model raised",
      advice:
        "Read the server's log. A batch is split, and a lone record repeated, before a record is blamed.",
      provoke: async () => {
        await using server = await startV2Server({ models: createStandardModels() });
        await using model = await doubling(createHttpTransport({ endpoint: server.url }));
        return await model.predict({ IN: -1 });
      },
    },
    {
      title: "rejected: the server does not take the input",
      advice:
        "The same request never works. Compare shapes and datatypes with the model's configuration.",
      provoke: () => withFault({ kind: "status", status: 400, text: "unexpected shape for input" }),
    },
    {
      title: "unauthorized: no token, or an old one",
      advice: "A function as `authToken` is called again after a 401.",
      provoke: () => withFault({ kind: "status", status: 401, text: "missing token" }),
    },
    {
      title: "overloaded: the queue is full",
      advice: "It is repeated. If it stays so, lower `maxInFlight` or say `auto`.",
      provoke: () => withFault({ kind: "status", status: 429, text: "Exceeds maximum queue size" }),
    },
    {
      title: "unavailable: the server or a proxy has no place to send it",
      advice: "It is repeated. Raise `timeout` when the server needs longer to come back.",
      provoke: () => withFault({ kind: "status", status: 503, text: "upstream unavailable" }),
    },
  ],
};

export const transport: Section = {
  errorClass: "TransportError",
  meaning: "No usable answer arrived. `delivery` tells whether the request may have been executed.",
  provocations: [
    {
      title: "Nobody listens",
      advice: "Check host and port; `curl …/v2/health/ready` should answer.",
      provoke: async () => {
        const gone = await startV2Server({ models: createStandardModels() });
        await gone.close();
        return doubling(createHttpTransport({ endpoint: gone.url }));
      },
    },
    {
      title: "The connection was reset",
      advice:
        "It is repeated. A server that dies of a request, or a proxy with a short idle time, does this.",
      provoke: () => withFault({ kind: "reset" }),
    },
    {
      title: "The answer broke off",
      advice: "It is repeated, because a stateless request does no harm twice.",
      provoke: () => withFault({ kind: "cut", afterBytes: 10 }),
    },
    {
      title: "What answers does not speak HTTP",
      advice: "Is it the gRPC port? Triton has HTTP at 8000 and gRPC at 8001.",
      provoke: () => withFault({ kind: "garbage" }),
    },
  ],
};

export const decode: Section = {
  errorClass: "DecodeError",
  meaning:
    "An answer does not fit what was asked. It is thrown away whole: no value of it reaches a row.",
  provocations: [
    {
      title: "Another request's answer",
      advice: "Something between client and server mixes answers up; look at proxies first.",
      provoke: () => withFault({ kind: "wrong-id" }),
    },
    {
      title: "A larger answer than allowed",
      advice: "Raise `maxResponseBytes` when such answers are right.",
      provoke: async () => {
        await using server = await startV2Server({ models: createStandardModels() });
        const transport = createHttpTransport({ endpoint: server.url, maxResponseBytes: 8192 });
        await using model = await createModel({ transport, model: "echo_fp32", maxRetries: 0 });
        return await model.predict({ IN: new Float32Array(4096) });
      },
    },
  ],
};
