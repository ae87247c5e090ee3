import { ServerError, TransportError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { Call } from "../transport/transport.ts";

/** A lone record whose exchange ended without an answer: did it take the server with it? */
export interface Suspicion {
  /** It died again. */
  again(diedAtMs: number): void;
  /**
   * True when it died twice, alone the second time, and the server was seen down behind the first and up
   * again since. What dies with others may only have been beside the cause.
   */
  readonly isLikely: boolean;
  /** Forgets it. */
  drop(): void;
}

/** What other traffic of a model says about records that are suspected. */
export interface Suspicions {
  /** A lone record's exchange ended without an answer. */
  raise(diedAtMs: number): Suspicion;
  /** An exchange that began then has been answered. */
  answered(startedAtMs: number): void;
  /** No connection could be made: the server is down. */
  refused(): void;
  /** An exchange ended without an answer. */
  died(atMs: number): void;
}

/** Exchanges that end within this time of one another end of the same thing. */
const sameMs = 25;

interface Suspect {
  /** Undefined until the second death. */
  diedAgainAtMs: number | undefined;
  /** Deaths of anybody near the second one, itself included. */
  near: number;
  readonly diedAtMs: number;
  /** An exchange that was under way then was answered after all: only the connection had died. */
  hasServerSurvived: boolean;
  /** Later no connection could be made; a connection alone dies of many things. */
  wasServerDown: boolean;
  /** An exchange that began later was answered. */
  isServerUp: boolean;
}

/** Makes the record of suspicions of one model. */
export function createSuspicions(): Suspicions {
  const suspects = new Set<Suspect>();
  let deaths: readonly number[] = [];
  return {
    raise(diedAtMs) {
      const suspect: Suspect = {
        diedAtMs,
        hasServerSurvived: false,
        wasServerDown: false,
        isServerUp: false,
        diedAgainAtMs: undefined,
        near: 0,
      };
      suspects.add(suspect);
      return {
        get isLikely() {
          const { wasServerDown, isServerUp, hasServerSurvived, near } = suspect;
          return wasServerDown && isServerUp && !hasServerSurvived && near === 1;
        },
        again(diedAtMs) {
          suspect.diedAgainAtMs = diedAtMs;
          suspect.near = deaths.filter((atMs) => diedAtMs - atMs < sameMs).length;
        },
        drop: () => void suspects.delete(suspect),
      };
    },
    answered(startedAtMs) {
      for (const suspect of suspects) {
        if (startedAtMs <= suspect.diedAtMs) suspect.hasServerSurvived = true;
        else suspect.isServerUp = true;
      }
    },
    died(atMs) {
      deaths = [...deaths.filter((other) => atMs - other < sameMs), atMs];
      for (const suspect of suspects) {
        const { diedAgainAtMs } = suspect;
        if (diedAgainAtMs !== undefined && atMs - diedAgainAtMs < sameMs) suspect.near += 1;
      }
    },
    refused() {
      for (const suspect of suspects) suspect.wasServerDown = true;
    },
  };
}

/** True for a refusal of the server itself; a proxy can say that the server is unavailable. */
export function isOwnAnswer(error: unknown): boolean {
  return error instanceof ServerError && error.outcome !== "unavailable";
}

/** Did a request end without an answer that carried nothing but one record? */
export function isLoneDeath(error: InferenceError, { rows = 1 }: Call): boolean {
  return rows === 1 && isDeath(error);
}

/** What is thrown for a record that is not sent again. */
export function quarantined({ model }: InferenceRequest, cause: InferenceError): TransportError {
  return new TransportError(
    `model "${model.name}": expected an answer, found the server going down with this record twice and up without it; it is quarantined: ${cause.message}`,
    { delivery: "unknown", cause },
  );
}

/** The request left and no answer came: its server, or only the connection, is gone. */
export function isDeath(error: InferenceError): boolean {
  return error instanceof TransportError && error.delivery === "unknown";
}
