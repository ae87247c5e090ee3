import { createModel, float32, type LayerEvent } from "@nereid/core";
import {
  createModelHost,
  createStandardModels,
  startV2GrpcServer,
  startV2Server,
} from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { expect, it } from "vitest";
import { turns } from "./stage.ts";

const ways = [
  { name: "HTTP", start: startV2Server, connect: createHttpTransport },
  {
    name: "gRPC",
    start: startV2GrpcServer,
    connect: ({ endpoint }: { endpoint: string }) => createGrpcTransport({ endpoint }),
  },
  {
    name: "gRPC streams",
    start: startV2GrpcServer,
    connect: ({ endpoint }: { endpoint: string }) =>
      createGrpcTransport({ endpoint, mode: "stream" }),
  },
] as const;

const restarts = 3;
const maxInFlight = 6;

it.each(ways)(
  "P16: a steady stream over $name goes on behind each restart, in order and without a crowd",
  async ({ start, connect }) => {
    const host = createModelHost(createStandardModels());
    let [inside, most, reached, looks, answered] = [0, 0, 0, 0, 0];
    const faults = ({ path }: { readonly path: string }) => {
      if (!/infer$/i.test(path)) return undefined;
      inside += 1;
      reached += 1;
      most = Math.max(most, inside);
      return { kind: "late", until: turns(3).then(() => (inside -= 1)) } as const;
    };
    let server = await start({ models: host, faults });
    const { url } = server;
    const port = Number(new URL(url).port);
    const observe = (event: LayerEvent): void => {
      if (event.type === "retry") looks += 1;
    };
    await using model = await createModel({
      transport: connect({ endpoint: url }),
      model: "poison",
      inputs: { IN: float32() },
      outputs: { OUT: float32() },
      batchSize: 4,
      maxInFlight,
      retryInitialBackoff: 10,
      observe,
    });
    let isWanted = true;
    async function* source() {
      for (let value = 0; isWanted; value += 1) yield { IN: value };
    }
    const rows: number[] = [];
    const reading = (async () => {
      for await (const { OUT } of model.predictAll(source(), { window: 64 })) {
        rows.push(OUT);
        answered += 1;
      }
    })();
    // What ends the stream ends the test at once.
    const until = (isSo: () => boolean): Promise<unknown> =>
      Promise.race([reading, expect.poll(isSo, { timeout: 60_000 }).toBe(true)]);

    for (let restart = 0; restart < restarts; restart += 1) {
      const before = answered;
      await until(() => answered > before + 100);
      await server.close();
      const looked = looks;
      // Everything that is under way has found nobody.
      await until(() => looks >= looked + maxInFlight);
      [inside, most] = [0, 0];
      const [servedBefore, looksBefore] = [reached, looks];
      server = await start({ models: host, faults, port });
      await until(() => reached >= servedBefore + 200);
      expect(most).toBeLessThanOrEqual(maxInFlight);
      // No more looks than the retry budget pays for at once, and one each second: nobody asks in a loop.
      expect(looks - looksBefore).toBeLessThanOrEqual(60);
    }
    isWanted = false;
    await reading;
    await server.close();
    expect(rows).toEqual(rows.map((_, index) => 2 * index));
  },
);
