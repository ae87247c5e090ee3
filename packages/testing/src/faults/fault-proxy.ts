import { createServer, type AddressInfo } from "node:net";
import { systemClock, type Clock } from "@nereid/core/transport-kit";
import type {
  ConnectionFault,
  FaultEvent,
  FaultScript,
  PointFault,
  RangeFault,
} from "./connection-fault.ts";
import { carryConnection, type CarriedConnection } from "./carry-connection.ts";

/** What {@link startFaultProxy} takes. */
export interface FaultProxyOptions {
  /** Where good bytes go: a URL, or `host:port`. */
  readonly target: string;
  /** Default: no faults. */
  readonly script?: FaultScript;
  /** Paces latency and bandwidth. Default: the machine's. */
  readonly clock?: Clock;
  /** Uniform in [0, 1), for jitter and scripts. Default: `Math.random`. */
  readonly random?: () => number;
}

/** A TCP proxy on 127.0.0.1 that does to bytes what networks do. */
export interface FaultProxy extends AsyncDisposable {
  /** `127.0.0.1:…` */
  readonly address: string;
  /** The target's URL with the proxy's address in it; the address where the target was no URL. */
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Every fault that took place, in order. */
  readonly events: readonly FaultEvent[];
  /** The script of connections from now on; undefined ends the faults. They are counted on from before. */
  setScript(script: FaultScript | undefined): void;
  /** Adds faults to every open connection, whose bytes are counted from those delivered so far. */
  inject(...faults: readonly (RangeFault | PointFault)[]): void;
  /** Resets every open connection. */
  resetAll(): void;
  /** Stops listening and resets what is open, so that connecting is refused until {@link up}. */
  down(): Promise<void>;
  /** Listens again, at the same address. */
  up(): Promise<void>;
  /** Closes the proxy and every connection through it. */
  close(): Promise<void>;
}

/** Starts a proxy in front of a server. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { clock = systemClock, random = Math.random } = options;
  const target = parseTarget(options.target);
  const events: FaultEvent[] = [];
  const open = new Set<CarriedConnection>();
  let script = options.script;
  let connections = 0;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const index = connections;
    connections += 1;
    const carried = carryConnection(client, {
      target,
      faults: faultsOf(script, index, random),
      clock,
      random,
      onFault: (fault, atByte) =>
        void events.push({
          connection: index,
          kind: fault.kind,
          direction: "direction" in fault ? fault.direction : undefined,
          atByte,
        }),
      onClose: () => open.delete(carried),
    });
    open.add(carried);
  });
  const listen = (port: number): Promise<AddressInfo> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        const address = server.address();
        if (address === null || typeof address === "string")
          reject(new Error("expected a port of 127.0.0.1, found none"));
        else resolve(address);
      });
    });
  const resetAll = (): void => {
    for (const connection of open) connection.reset();
  };
  const down = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    resetAll();
    await closed;
  };

  const { port } = await listen(0);
  const address = `127.0.0.1:${port}`;
  return {
    address,
    url: target.scheme === undefined ? address : `${target.scheme}://${address}${target.path}`,
    get connections() {
      return connections;
    },
    get open() {
      return open.size;
    },
    events,
    setScript: (next) => void (script = next),
    inject(...faults) {
      for (const connection of open) connection.inject(faults);
    },
    resetAll,
    down,
    async up() {
      if (!server.listening) await listen(port);
    },
    close: down,
    [Symbol.asyncDispose]: down,
  };
}

/** Where a proxy connects to. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
  readonly scheme: string | undefined;
  readonly path: string;
}

/** Reads a URL or `host:port`. @throws TypeError for anything else */
export function parseTarget(target: string): ProxyTarget {
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[0-9a-f:]+\]|[^/:[\]@]+):(\d{1,5})(\/.*)?$/i.exec(
    target,
  );
  const [, scheme, host, port, path = ""] = parts ?? [];
  if (host === undefined || port === undefined)
    throw new TypeError("target: expected a URL with a port or host:port, found other text");
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port), scheme, path };
}

function faultsOf(
  script: FaultScript | undefined,
  index: number,
  random: () => number,
): readonly ConnectionFault[] {
  if (script === undefined) return [];
  return typeof script === "function" ? script({ index, random }) : (script[index] ?? []);
}
