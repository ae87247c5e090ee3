import type { ConnectionOptions } from "@nereid/core/transport-kit";
import { Channel, connectivityState } from "@grpc/grpc-js";
import { channelOptions } from "./channel-options.ts";
import { channelCredentials } from "./credentials.ts";
import { targetsOf, type Target } from "./endpoint.ts";
import { hasTlsOptions, type GrpcOptions } from "./options.ts";

/** A connection, dialled by the first call on it and again by the first call behind a failure. */
export interface GrpcChannel {
  readonly channel: Channel;
  /** For messages: the address as the caller knows it. */
  readonly address: string;
  /** Puts another one in the place of one whose server takes connections and says nothing. */
  renew(stuck: Channel): void;
}

/** The connections of a transport. */
export interface Channels {
  /**
   * The next connection in turn, one that works before one that does not. Calls of one key share an
   * endpoint as long as the list of endpoints is the same.
   */
  pick(key?: string): GrpcChannel;
  readonly all: readonly GrpcChannel[];
  close(): void;
}

/** Makes the connections to each endpoint. None is dialled yet. */
export function createChannels(options: ConnectionOptions, own: GrpcOptions): Channels {
  const targets = targetsOf(options.endpoint, hasTlsOptions(options));
  let isClosed = false;
  const dial = (target: Target): Channel =>
    new Channel(
      target.name,
      channelCredentials(target.isTls, options.tls),
      channelOptions(options, own, target),
    );
  const open = (target: Target): GrpcChannel => {
    let channel = dial(target);
    return {
      address: target.address,
      get channel() {
        return channel;
      },
      renew(stuck) {
        if (isClosed || channel !== stuck) return;
        channel = dial(target);
        stuck.close();
      },
    };
  };
  // Endpoints side by side, so that taking turns goes round all of them.
  const all = Array.from({ length: own.channels }, () => targets.map(open)).flat();
  let turn = 0;

  const next = (): GrpcChannel => {
    for (let tries = 0; tries < all.length; tries += 1) {
      const channel = all[turn];
      turn = (turn + 1) % all.length;
      if (channel !== undefined && isUsable(channel)) return channel;
    }
    const [first] = all;
    if (first === undefined) throw new RangeError("expected a channel, found none");
    return all[turn] ?? first;
  };
  return {
    all,
    pick: (key) => (key === undefined ? next() : (all[hashOf(key) % targets.length] ?? next())),
    close() {
      isClosed = true;
      for (const { channel } of all) channel.close();
    },
  };
}

/** One that failed is dialled again by grpc-js behind its own wait. */
function isUsable({ channel }: GrpcChannel): boolean {
  return channel.getConnectivityState(false) !== connectivityState.TRANSIENT_FAILURE;
}

/** FNV-1a over the text's code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
