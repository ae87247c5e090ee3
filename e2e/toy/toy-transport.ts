import * as kit from "@nereid/core/transport-kit";

/** V2 over `fetch`: the smallest transport that passes the suite, to show how one is added. */
export function createToyTransport(url: string): kit.Transport {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  async function send(
    path: string,
    { signal }: kit.Call,
    init: RequestInit = {},
  ): Promise<Response> {
    if (isClosed) throw new kit.ClosedError("toy: expected it open, found it closed");
    const answer = fetch(`${url}/v2/models/${path}`, { ...init, signal });
    underWay.add(answer);
    try {
      return await answer;
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      throw new kit.TransportError("toy: no answer", {
        delivery: "unknown",
        retryable: true,
        cause,
      });
    } finally {
      underWay.delete(answer);
    }
  }
  async function read(answer: Response): Promise<Uint8Array> {
    const body = await answer.bytes();
    if (answer.status === 200) return body;
    const { status } = answer;
    const serverText = kit.readErrorText(body);
    const outcome = kit.classifyAnswer("http", status, serverText);
    throw new kit.ServerError(`toy: ${serverText}`, { outcome, status, serverText });
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
        kit.decodeResponse(await read(answer), Number(told) || undefined),
      );
    },
    metadata: async (model, call) => ({
      ...kit.decodeModelConfig(await read(await send(`${pathOf(model)}/config`, call))),
      ...kit.decodeModelMetadata(await read(await send(pathOf(model), call))),
    }),
    ready: async (model, call) => (await send(`${pathOf(model)}/ready`, call)).ok,
    close,
    [Symbol.asyncDispose]: close,
  };
}
