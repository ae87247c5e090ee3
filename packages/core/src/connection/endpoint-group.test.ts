import { describe, expect, it } from "vitest";
import { ServerError, TransportError } from "../errors/errors.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { ServerApi } from "../transport/server-api.ts";
import type { Call, StreamingTransport } from "../transport/transport.ts";
import { createEndpointGroup, type EndpointGroup } from "./endpoint-group.ts";

type Server = StreamingTransport & ServerApi;
type Behaviour = "yes" | "no" | "down" | "hangs" | "refuses";

const request = { model: { name: "m" }, inputs: [] };
const call: Call = { signal: new AbortController().signal, headers: {}, attempt: 1 };

async function* none(): AsyncGenerator<InferenceRequest, void, undefined> {}

/** Servers that behave as told. */
function createGroup(...behaviours: Behaviour[]) {
  const log: string[] = [];
  const aborted: string[] = [];
  const behave = async (address: string, what: string, signal?: AbortSignal): Promise<boolean> => {
    log.push(`${what} ${address}`);
    const behaviour = behaviours[Number(address)];
    if (behaviour === "hangs") {
      return new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          aborted.push(address);
          reject(signal.reason);
        });
      });
    }
    if (behaviour === "down") {
      throw new TransportError(`${address} is down`, { delivery: "not-sent", retryable: true });
    }
    if (behaviour === "refuses") {
      throw new ServerError("refused", { outcome: "not-found", status: 404, serverText: "" });
    }
    return behaviour === "yes";
  };
  const open = (address: string): Server => ({
    name: "one",
    infer: async ({ model }, { signal }) => {
      await behave(address, "infer", signal);
      return { modelName: model.name, modelVersion: address, outputs: [] };
    },
    async *stream(_, { signal }) {
      await behave(address, "stream", signal);
      yield { modelName: "m", modelVersion: address, outputs: [] };
    },
    metadata: async ({ name }, { signal }) => {
      await behave(address, "metadata", signal);
      return { name, versions: [address], platform: "", inputs: [], outputs: [] };
    },
    ready: async (_, { signal }) => behave(address, "ready", signal),
    serverLive: async (its) => behave(address, "live", its?.signal),
    serverReady: async (its) => behave(address, "ready", its?.signal),
    serverMetadata: async (its) => {
      await behave(address, "server", its?.signal);
      return { name: address, version: "", extensions: [] };
    },
    modelConfig: async () => Promise.reject(new Error("not asked for")),
    modelStatistics: async () => [],
    repositoryIndex: async () => [{ name: address }],
    loadModel: async (name) => void (await behave(address, `load ${name}`)),
    unloadModel: async (name) => void (await behave(address, `unload ${name}`)),
    close: async () => void log.push(`close ${address}`),
    [Symbol.asyncDispose]: async () => undefined,
  });
  const group: EndpointGroup<Server> = createEndpointGroup(
    "test",
    behaviours.map((_, index) => String(index)),
    open,
  );
  const setBehaviour = (index: number, behaviour: Behaviour): void => {
    behaviours[index] = behaviour;
  };
  return { group, log, aborted, setBehaviour };
}

describe("a group of endpoints", () => {
  it("takes turns with what names no endpoint, and sends the rest where it belongs", async () => {
    const { group, log } = createGroup("yes", "yes");
    for (let sent = 0; sent < 4; sent += 1) await group.infer(request, call);
    expect(log.toSorted()).toEqual(["infer 0", "infer 0", "infer 1", "infer 1"]);
    const answer = await group.infer(request, { ...call, endpoint: "1" });
    expect(answer.modelVersion).toBe("1");
    await expect(group.infer(request, { ...call, endpoint: "2" })).rejects.toThrow(
      "call.endpoint: expected one of 0, 1, found another",
    );
  });

  it("passes over one that cannot be reached, and tries it now and then", async () => {
    for (const way of ["infer", "stream"] as const) {
      const { group, log, setBehaviour } = createGroup("yes", "down", "down", "yes");
      const send = async (): Promise<void> => {
        if (way === "infer") await group.infer(request, call);
        else for await (const _ of group.stream(none(), call)) expect(_.modelName).toBe("m");
      };
      let failed = 0;
      for (let sent = 0; sent < 160; sent += 1) await send().catch(() => (failed += 1));
      expect(failed).toBeGreaterThanOrEqual(10);
      expect(failed).toBeLessThanOrEqual(12);
      for (const index of [1, 2]) setBehaviour(index, "yes");
      for (let sent = 0; sent < 32; sent += 1) await send();
      log.length = 0;
      for (let sent = 0; sent < 40; sent += 1) await send();
      for (const index of [1, 2]) {
        expect(log.filter((one) => one === `${way} ${index}`)).toHaveLength(10);
      }
    }
  });

  it("takes turns with all when none can be reached", async () => {
    const { group, log } = createGroup("down", "down");
    for (let sent = 0; sent < 4; sent += 1) await group.infer(request, call).catch(() => undefined);
    expect(log.toSorted()).toEqual(["infer 0", "infer 0", "infer 1", "infer 1"]);
  });

  it("keeps a sequence at one endpoint although no call names it", async () => {
    const { group } = createGroup("yes", "yes", "yes");
    const seen = new Set<string>();
    for (let id = 1n; id < 30n; id += 1n) {
      const step = { ...request, sequence: { id, start: false, end: false } };
      const { modelVersion } = await group.infer(step, call);
      seen.add(modelVersion ?? "");
      expect((await group.infer(step, call)).modelVersion).toBe(modelVersion);
    }
    expect(seen.size).toBe(3);
  });

  it("asks all at once and takes the first answer, the others are given up", async () => {
    const { group, aborted } = createGroup("hangs", "down", "yes");
    expect(await group.metadata({ name: "m" }, call)).toMatchObject({ versions: ["2"] });
    expect((await group.serverMetadata()).name).toBe("2");
    expect(aborted).toEqual(["0", "0"]);
  });

  it("asks only the endpoint that a call names", async () => {
    const { group } = createGroup("no", "yes");
    expect(await group.serverReady({ endpoint: "0" })).toBe(false);
    expect(await group.ready({ name: "m" }, { ...call, endpoint: "0" })).toBe(false);
    expect(await group.ready({ name: "m" }, { ...call, endpoint: "1" })).toBe(true);
  });

  it("is ready when one is, and not when nobody says yes and one says no", async () => {
    for (const [behaviours, ready] of [
      [["down", "no", "yes"], true],
      [["hangs", "yes"], true],
      [["down", "no"], false],
    ] as const) {
      const { group } = createGroup(...behaviours);
      expect(await group.serverReady()).toBe(ready);
      expect(await group.serverLive()).toBe(ready);
      expect(await group.ready({ name: "m" }, call)).toBe(ready);
    }
  });

  it("throws what a server said rather than the loss of another", async () => {
    await expect(
      createGroup("down", "refuses").group.metadata({ name: "m" }, call),
    ).rejects.toThrow("refused");
    await expect(createGroup("down", "down").group.serverReady()).rejects.toThrow("0 is down");
  });

  it("throws the caller's own reason when the caller gives up", async () => {
    const { group, aborted } = createGroup("hangs", "hangs");
    const controller = new AbortController();
    const asked = group.metadata({ name: "m" }, { ...call, signal: controller.signal });
    const failed = expect(asked).rejects.toThrow("enough");
    controller.abort(new Error("enough"));
    await failed;
    expect(aborted).toEqual(["0", "1"]);
  });

  it("loads and unloads on every server, and tells of one that could not", async () => {
    const { group, log } = createGroup("down", "yes");
    await expect(group.loadModel("m")).rejects.toThrow("0 is down");
    await group.unloadModel("m", {}, { endpoint: "1" });
    expect(log).toEqual(["load m 0", "load m 1", "unload m 1"]);
  });

  it("closes every one, once", async () => {
    const { group, log } = createGroup("yes", "yes");
    await Promise.all([group.close(), group.close()]);
    expect(log).toEqual(["close 0", "close 1"]);
  });
});
