/** Pieces of a body between the socket and their reader. */
export interface ChunkQueue {
  push(chunk: Uint8Array): void;
  /** Nothing comes behind what came. */
  end(): void;
  /** The reader gets this behind what came. */
  fail(reason: unknown): void;
  /** Drops what came. */
  clear(): void;
  /** One reader at a time. @returns undefined at the end. @throws what `fail` was given */
  read(): Promise<Uint8Array | undefined>;
}

interface Reader {
  readonly resolve: (chunk: Uint8Array | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Makes a queue. @param onWanted - called when a reader waits and there is nothing for it */
export function createChunkQueue(onWanted: () => void): ChunkQueue {
  const chunks: Uint8Array[] = [];
  let reader: Reader | undefined;
  let finish: ((reader: Reader) => void) | undefined;

  const settle = (act: (reader: Reader) => void): boolean => {
    const waiting = reader;
    reader = undefined;
    if (waiting !== undefined) act(waiting);
    return waiting !== undefined;
  };
  const finishWith = (act: (reader: Reader) => void): void => {
    if (finish !== undefined) return;
    finish = act;
    settle(act);
  };

  return {
    push(chunk) {
      if (!settle(({ resolve }) => resolve(chunk))) chunks.push(chunk);
    },
    end: () => finishWith(({ resolve }) => resolve(undefined)),
    fail: (reason) => finishWith(({ reject }) => reject(reason)),
    clear: () => void chunks.splice(0),
    read: () =>
      new Promise((resolve, reject) => {
        const chunk = chunks.shift();
        if (chunk !== undefined) {
          resolve(chunk);
          return;
        }
        if (finish !== undefined) {
          finish({ resolve, reject });
          return;
        }
        reader = { resolve, reject };
        onWanted();
      }),
  };
}
