import { startHealthChecks } from "../connection/health-checks.ts";
import { createBalancer, type Balancer } from "../layers/balancer.ts";
import type { ModelOptions } from "../options/model-options.ts";
import { isServer } from "../transport/server-api.ts";
import type { Call, Transport } from "../transport/transport.ts";
import { addressesOf } from "./addresses-of.ts";
import { circuitOptions, type CircuitTools } from "./circuit-options.ts";
import type { ModelGuards } from "./model-guards.ts";

/** The balancer of a model; none when there is one endpoint and nobody watches its health. */
export function balancerOf(
  transport: Transport,
  options: ModelOptions,
  tools: CircuitTools,
  guards: Pick<ModelGuards, "circuitFor" | "firstAnswer">,
): Balancer | undefined {
  const addresses = addressesOf(transport);
  if (addresses.length === 1 && options.healthCheck === undefined) return undefined;
  return createBalancer({
    ...circuitOptions(options, tools),
    addresses,
    isStrict: options.circuitBreaker !== undefined,
    circuitFor: guards.circuitFor,
    isHedged: options.hedging,
    onFirstAnswer: guards.firstAnswer,
  });
}

/**
 * Lets the balancer know whether the server and the model are ready on each endpoint, asked as inference
 * is: with the same credentials and the same path in front.
 *
 * @returns a function that ends it
 */
export function checkHealth(
  transport: Transport,
  { model, healthCheck }: ModelOptions,
  balancer: Balancer,
  { clock, random }: CircuitTools,
): () => void {
  if (healthCheck === undefined) return () => undefined;
  return startHealthChecks({
    targets: addressesOf(transport),
    check: async (address, signal) => {
      const endpoint = address === undefined ? {} : { endpoint: address };
      const call: Call = { signal, headers: {}, attempt: 1, ...endpoint };
      return (await servesSome(transport, call)) && transport.ready(model, call);
    },
    onChange: balancer.setReady,
    intervalMs: healthCheck.intervalMs,
    clock,
    random,
  });
}

/**
 * Is the server up? With Triton's strict readiness it calls itself not ready as soon as one of its models is
 * away, which must not keep the others' work from it; one that ends says that it is not live either.
 */
async function servesSome(transport: Transport, call: Call): Promise<boolean> {
  if (!isServer(transport)) return true;
  return (await transport.serverReady(call)) || transport.serverLive(call);
}
