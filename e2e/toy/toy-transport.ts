import * as kit from "@nereid/core/transport-kit";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** V2 over `fetch`: the smallest transport that passes the suite, to show how one is added. */
export function createToyTransport(url: string): kit.Transport {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  async function exchange(path: string, signal: AbortSignal, init: RequestInit): Promise<Answer> {
    try {
      const answer = await fetch(`${url}/v2/models/${path}`, { ...init, signal });
      return { status: answer.status, headers: answer.headers, body: await answer.bytes() };
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw new kit.TransportError("toy: no answer", {
        delivery: "unknown",
        retryable: true,
        cause,
      });
    }
  }
  async function send(path: string, { signal }: kit.Call, init: RequestInit = {}): Promise<Answer> {
    if (isClosed) throw new kit.ClosedError("toy: expected it open, found it closed");
    const answer = exchange(path, signal, init);
    underWay.add(answer);
    return answer.finally(() => underWay.delete(answer));
  }
  function read({ status, headers, body }: Answer): Uint8Array {
    if (status === 200) return body;
    const serverText = kit.readErrorText(body);
    const outcome = kit.classifyAnswer("http", status, serverText);
    const seconds = Number(headers.get("retry-after"));
    throw new kit.ServerError(`toy: ${serverText}`, {
      outcome,
      status,
      serverText,
      ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
    });
  }
  const pathOf = ({ name, version }: kit.ModelRef): string =>
    name + (version ? `/versions/${version}` : "");
  async function close(): Promise<void> {
    isClosed = true;
    await Promise.allSettled(underWay);
  }
  return {
    name: "toy",
    async infer(request, call) {
      const id = request.id ?? crypto.randomUUID();
      const { header, headerBytes, chunks } = kit.encodeRequest(request, { id, binary: true });
      const headers = { "inference-header-content-length": String(headerBytes) };
      const body = Buffer.concat([Buffer.from(header), ...chunks]);
      const answer = await send(`${pathOf(request.model)}/infer`, call, {
        method: "POST",
        headers,
        body,
      });
      const told = answer.headers.get("inference-header-content-length");
      return kit.checkResponse(
        request,
        id,
        kit.decodeResponse(read(answer), Number(told) || undefined),
      );
    },
    metadata: async (model, call) => ({
      ...kit.decodeModelConfig(read(await send(`${pathOf(model)}/config`, call))),
      ...kit.decodeModelMetadata(read(await send(pathOf(model), call))),
    }),
    ready: async (model, call) => (await send(`${pathOf(model)}/ready`, call)).status === 200,
    close,
    [Symbol.asyncDispose]: close,
  };
}
