import type { SequencePosition } from "../protocol/request.ts";
import type { Endpoint } from "./endpoint.ts";

/** Where the state of a sequence is. */
export interface SequenceHome {
  readonly endpoint: Endpoint;
  /** Its endpoint went away, and the state with it. */
  lost: boolean;
}

/** Remembers which endpoint holds which sequence. */
export interface SequenceHomes {
  find(id: SequencePosition["id"]): SequenceHome | undefined;
  /** A sequence starts there; what was known of its id is forgotten. */
  settle(id: SequencePosition["id"], endpoint: Endpoint): void;
  /** The sequence is over. */
  forget(id: SequencePosition["id"]): void;
  /** The endpoint went away: every sequence that it holds is lost. */
  lose(endpoint: Endpoint): void;
}

/** Beyond so many, those that are quiet for longest are forgotten: their server forgot them before. */
const mostHomes = 100_000;

/** Makes an empty memory. */
export function createSequenceHomes(): SequenceHomes {
  /** Those that are quiet for longest come first. */
  const homes = new Map<string, SequenceHome>();
  return {
    find(id) {
      const key = keyOf(id);
      const home = homes.get(key);
      if (home === undefined) return undefined;
      homes.delete(key);
      homes.set(key, home);
      return home;
    },
    settle(id, endpoint) {
      const key = keyOf(id);
      homes.delete(key);
      homes.set(key, { endpoint, lost: false });
      if (homes.size <= mostHomes) return;
      const [quietest] = homes.keys();
      if (quietest !== undefined) homes.delete(quietest);
    },
    forget: (id) => void homes.delete(keyOf(id)),
    lose(endpoint) {
      for (const home of homes.values()) {
        if (home.endpoint === endpoint) home.lost = true;
      }
    },
  };
}

/**
 * Endpoints in the order in which they should hold a sequence: the same in every process, and a
 * change of the list moves few sequences.
 *
 * @see Thaler and Ravishankar, "A name-based mapping scheme for rendezvous"
 */
export function byRendezvous<T extends Pick<Endpoint, "address">>(
  endpoints: readonly T[],
  id: SequencePosition["id"],
): readonly T[] {
  return endpoints
    .map((endpoint) => ({ endpoint, weight: hashOf(`${endpoint.address} ${keyOf(id)}`) }))
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ endpoint }) => endpoint);
}

/** For a server, the number 42 and the text "42" are two sequences. */
function keyOf(id: SequencePosition["id"]): string {
  return typeof id === "bigint" ? `#${id}` : `"${id}`;
}

/** FNV-1a over the text's code units, mixed at the end so that all of them reach the high bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
