import { Agent, request as startRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import * as kit from "@nereid/core/transport-kit";

/** V2 over `node:http` with as little as the suite asks for, so that the server is tested by itself. */
export function createNodeTransport(url: string): kit.Transport {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  const send = (path: string, call: kit.Call, message?: kit.EncodedMessage): Promise<Answer> => {
    call.signal.throwIfAborted();
    const answer = exchange(`${url}/v2/models/${path}`, call.signal, agent, message);
    underWay.add(answer);
    return answer.finally(() => underWay.delete(answer));
  };
  const ask = async <T>(act: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new kit.ClosedError("node: expected it open, found it closed");
    return act();
  };
  const pathOf = ({ name, version }: kit.ModelRef): string =>
    name + (version === undefined ? "" : `/versions/${version}`);
  const close = async (): Promise<void> => {
    isClosed = true;
    await Promise.allSettled(underWay);
    agent.destroy();
  };
  return {
    name: "node",
    infer: (request, call) =>
      ask(async () => {
        const id = request.id ?? crypto.randomUUID();
        const message = kit.encodeRequest(request, { id, binary: true });
        const answer = await send(`${pathOf(request.model)}/infer`, call, message);
        const told = Number(answer.headers["inference-header-content-length"]) || undefined;
        return kit.checkResponse(request, id, kit.decodeResponse(succeeded(answer), told));
      }),
    metadata: (model, call) =>
      ask(async () => ({
        ...kit.decodeModelConfig(succeeded(await send(`${pathOf(model)}/config`, call))),
        ...kit.decodeModelMetadata(succeeded(await send(pathOf(model), call))),
      })),
    ready: (model, call) =>
      ask(async () => (await send(`${pathOf(model)}/ready`, call)).status === 200),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Uint8Array;
}

function succeeded({ status, headers, body }: Answer): Uint8Array {
  if (status === 200) return body;
  const serverText = kit.readErrorText(body);
  const wait = headers["retry-after"];
  throw new kit.ServerError(`node: expected status 200, found ${status}`, {
    outcome: kit.classifyAnswer("http", status, serverText),
    status,
    serverText,
    ...(wait === undefined ? {} : { retryAfterMs: Number(wait) * 1000 }),
  });
}

async function exchange(
  url: string,
  signal: AbortSignal,
  agent: Agent,
  message: kit.EncodedMessage | undefined,
): Promise<Answer> {
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = startRequest(url, {
        agent,
        signal,
        method: message === undefined ? "GET" : "POST",
        headers:
          message === undefined
            ? {}
            : {
                "content-length": message.bodyBytes,
                "inference-header-content-length": message.headerBytes,
              },
      });
      outgoing.on("response", resolve);
      outgoing.on("error", reject);
      if (message !== undefined) {
        outgoing.write(message.header);
        for (const chunk of message.chunks) outgoing.write(chunk);
      }
      outgoing.end();
    });
    const { statusCode: status = 0, headers } = response;
    return { status, headers, body: await buffer(response) };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new kit.TransportError("node: expected an answer, found none", {
      delivery: "unknown",
      retryable: true,
      cause,
    });
  }
}
