import type { Transport } from "../transport/transport.ts";

/** The endpoints by name; one without a name where there is only one. */
export function addressesOf({ endpoints = [] }: Transport): readonly (string | undefined)[] {
  return endpoints.length === 0 ? [undefined] : endpoints;
}
