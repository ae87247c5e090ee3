import { connect, type Socket } from "node:net";
import type { Clock } from "@nereid/core/transport-kit";
import type {
  AcceptFault,
  ConnectionFault,
  Direction,
  PointFault,
  RangeFault,
} from "./connection-fault.ts";
import { startPump, type Pump } from "./pump.ts";

/** What a connection needs of its proxy. */
export interface CarryOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly faults: readonly ConnectionFault[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly onFault: (fault: ConnectionFault, atByte: number) => void;
  /** Called once, when both sides have closed. */
  readonly onClose: () => void;
}

/** A connection through the proxy. */
export interface CarriedConnection {
  /** Resets both sides. */
  reset(): void;
  /** Adds faults, whose bytes are counted from those delivered so far. */
  inject(faults: readonly (RangeFault | PointFault)[]): void;
}

/** Carries one accepted connection, or treats it as its first {@link AcceptFault} says. */
export function carryConnection(client: Socket, options: CarryOptions): CarriedConnection {
  const { faults, onFault } = options;
  const instead = faults.find(isAcceptFault);
  const gone = new AbortController();
  const sockets = [client];
  let left = 1;
  let isHoled = false;

  const reset = (): void => {
    gone.abort();
    for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
  };
  const watch = (socket: Socket): void => {
    // What ends one side badly ends the other, too.
    socket.on("error", reset);
    socket.on("close", () => {
      left -= 1;
      if (left === 0) {
        gone.abort();
        options.onClose();
      }
    });
  };

  watch(client);
  if (instead !== undefined) {
    onFault(instead, 0);
    if (instead.kind === "refuse") client.resetAndDestroy();
    else if (instead.kind === "accept-and-close") client.destroySoon();
    else client.resume();
    // Nobody answers here, so a client that ends is let go.
    client.on("end", () => client.end());
    return { reset, inject: () => undefined };
  }

  const server = connect({ ...options.target, allowHalfOpen: true, noDelay: true });
  sockets.push(server);
  left += 1;
  watch(server);
  const pump = (direction: Direction, from: Socket, to: Socket): Pump =>
    startPump({
      ...options,
      from,
      to,
      faults: faults.filter(
        (fault): fault is RangeFault | PointFault =>
          !isAcceptFault(fault) && fault.direction === direction,
      ),
      signal: gone.signal,
      reset,
      onFault: (fault, atByte) => {
        isHoled ||= fault.kind === "black-hole";
        onFault(fault, atByte);
      },
    });
  // Behind a black hole no end gets through, and a client that has gone would leave its connection for ever.
  client.on("end", () => {
    if (isHoled) reset();
  });
  const pumps = { up: pump("up", client, server), down: pump("down", server, client) };
  return {
    reset,
    inject(added) {
      for (const fault of added) pumps[fault.direction].inject([fault]);
    },
  };
}

function isAcceptFault(fault: ConnectionFault): fault is AcceptFault {
  return !("direction" in fault);
}
