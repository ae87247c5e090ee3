import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { MessageStream } from "../src/http2/message-stream.ts";
import { openSharedStream } from "../src/stream/shared-stream.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** A connection on which nothing ever comes. */
function silent(hasRoom: boolean): MessageStream {
  return {
    hasRoom,
    isUp: true,
    send: () => undefined,
    setBusy: () => undefined,
    cancel: () => undefined,
  };
}

it.each([
  ["was to be sent", false],
  ["was sent and not answered", true],
])("what %s for a caller who has gone is forgotten", async (_what, hasRoom) => {
  const stream = openSharedStream(() => silent(hasRoom));
  const stays = new AbortController();
  const waiting = stream.ask("stays", [Buffer.alloc(1)], stays.signal);
  const refs: WeakRef<object>[] = [];
  for (let count = 0; count < 20; count += 1) {
    const gone = new AbortController();
    const parts = [new Uint8Array(1024 * 1024)];
    refs.push(new WeakRef(parts));
    const asked = stream.ask(`gone ${count}`, parts, gone.signal);
    gone.abort("late");
    await expect(asked).rejects.toBe("late");
  }
  await new Promise((resolve) => setImmediate(resolve));
  if (typeof collectGarbage === "function") collectGarbage();
  // The last one may still lie in a register.
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(1);
  stays.abort("enough");
  await expect(waiting).rejects.toBe("enough");
});
