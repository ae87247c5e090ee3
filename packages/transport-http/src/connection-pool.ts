import { createFifo, type PoolOptions } from "@nereid/core/transport-kit";
import type { Client } from "undici";

/** How many sockets there are, and what they do. */
export interface PoolStats {
  readonly idle: number;
  readonly active: number;
  /** Exchanges that wait for a socket. */
  readonly queued: number;
  readonly total: number;
}

/** Something that needs a connection to itself for a while. */
export interface Task {
  /** Called with a connection, which the task gives back with `release`. */
  readonly start: (client: Client) => void;
}

/** Connections to one origin, each used by one exchange at a time. */
export interface ConnectionPool {
  /** Starts the task now, or when a connection comes free; first come, first served. */
  run(task: Task): void;
  /** Takes a task that has not started out of the queue. True when it was there. */
  forget(task: Task): boolean;
  /** Takes a connection back; the next task in the queue gets it. */
  release(client: Client): void;
  readonly stats: PoolStats;
  /** Resolves when nothing is under way, with every socket closed. */
  close(): Promise<void>;
}

/**
 * Makes a pool. The connection used last is used first, so that the others can grow idle and leave.
 *
 * @param connect - makes a connection that dials when it is first used
 */
export function createConnectionPool(options: PoolOptions, connect: () => Client): ConnectionPool {
  const clients = new Set<Client>();
  const idle: Client[] = [];
  const queue = createFifo<Task>();
  let onDrained: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const drop = (client: Client): void => {
    clients.delete(client);
    void client.destroy();
  };

  const open = (): Client => {
    const client = connect();
    clients.add(client);
    client.on("disconnect", () => {
      const index = idle.indexOf(client);
      if (index === -1) return;
      idle.splice(index, 1);
      drop(client);
    });
    return client;
  };

  const checkDrained = (): void => {
    if (onDrained !== undefined && clients.size === idle.length && queue.size === 0) onDrained();
  };

  return {
    run(task) {
      const client = idle.pop() ?? (clients.size < options.maxTotal ? open() : undefined);
      if (client === undefined) queue.push(task);
      else task.start(client);
    },
    forget(task) {
      const before = queue.size;
      queue.filter((queued) => queued !== task);
      checkDrained();
      return queue.size < before;
    },
    release(client) {
      const next = queue.shift();
      if (next !== undefined && options.reuse) {
        next.start(client);
        return;
      }
      if (options.reuse && closing === undefined && idle.length < options.maxIdle) {
        idle.push(client);
        return;
      }
      drop(client);
      if (next === undefined) checkDrained();
      else next.start(open());
    },
    get stats() {
      return {
        idle: idle.length,
        active: clients.size - idle.length,
        queued: queue.size,
        total: clients.size,
      };
    },
    close() {
      closing ??= new Promise<void>((resolve) => {
        onDrained = resolve;
        checkDrained();
      }).then(async () => {
        await Promise.all(idle.splice(0).map((client) => client.destroy()));
        clients.clear();
      });
      return closing;
    },
  };
}
