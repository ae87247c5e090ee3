import {
  createRoster,
  type ConnectionOptions,
  type Listed,
  type Roster,
} from "@nereid/core/transport-kit";
import { Channel, connectivityState } from "@grpc/grpc-js";
import { channelOptions } from "./channel-options.ts";
import { watchConnection } from "./connection-events.ts";
import type { ConnectionUse } from "./connection-use.ts";
import { channelCredentials } from "./credentials.ts";
import type { Target } from "./endpoint.ts";
import type { GrpcOptions } from "./options.ts";

/** A call that has not ended. */
export interface CallUnderWay extends Listed {
  /** True when an HTTP/2 stream was opened for it. */
  isStarted(): boolean;
}

/** A connection, dialled by the first call on it and again by the first call behind a failure. */
export interface GrpcChannel {
  readonly channel: Channel;
  /** For messages: the address as the caller knows it. */
  readonly address: string;
  /** How often the server has said something on it. */
  readonly heard: number;
  /** The server has said something. */
  hear(): void;
  /** The calls under way on it. */
  readonly calls: Roster<CallUnderWay>;
  /** Puts another one in the place of one on which the server says nothing; calls under way go on. */
  renew(stuck: Channel): void;
}

/** The connections of a transport. */
export interface Channels {
  /** The next connection in turn, one that works before one that does not. */
  pick(): GrpcChannel;
  readonly all: readonly GrpcChannel[];
  /** What each of them is doing. */
  uses(): readonly ConnectionUse[];
  close(): void;
}

/** Makes the connections to a target. None is dialled yet. */
export function createChannels(
  target: Target,
  options: ConnectionOptions,
  own: GrpcOptions,
): Channels {
  let isClosed = false;
  const dial = (): Channel => {
    const channel = new Channel(
      target.name,
      channelCredentials(target.isTls, options.tls),
      channelOptions(options, own, target),
    );
    watchConnection(channel, target.address);
    return channel;
  };
  const open = (): GrpcChannel => {
    let channel = dial();
    let heard = 0;
    return {
      get heard() {
        return heard;
      },
      hear() {
        heard += 1;
      },
      address: target.address,
      calls: createRoster(),
      get channel() {
        return channel;
      },
      renew(stuck) {
        if (isClosed || channel !== stuck) return;
        channel = dial();
        stuck.close();
      },
    };
  };
  const first = open();
  const all = [first, ...Array.from({ length: own.channels - 1 }, open)];
  let turn = 0;

  return {
    all,
    pick() {
      for (let tries = 0; tries < all.length; tries += 1) {
        const channel = all[turn] ?? first;
        turn = (turn + 1) % all.length;
        if (isUsable(channel)) return channel;
      }
      return all[turn] ?? first;
    },
    uses: () => all.map(useOf),
    close() {
      isClosed = true;
      for (const { channel } of all) channel.close();
    },
  };
}

/** A connection that the server wants to end, or that was replaced, still has the calls that began on it. */
function useOf({ channel, calls }: GrpcChannel): ConnectionUse {
  let started = 0;
  for (const call of calls.all) if (call.isStarted()) started += 1;
  const isUp = started > 0 || channel.getConnectivityState(false) === connectivityState.READY;
  return { isUp, carried: started, waiting: calls.all.length - started };
}

/** One that failed is dialled again by grpc-js behind its own wait. */
function isUsable({ channel }: GrpcChannel): boolean {
  return channel.getConnectivityState(false) !== connectivityState.TRANSIENT_FAILURE;
}
