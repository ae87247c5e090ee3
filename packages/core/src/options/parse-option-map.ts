import { OptionsError, type OptionIssue } from "../errors/errors.ts";
import { nearestName } from "../errors/nearest-name.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import { connectionRows } from "./connection-rows.ts";
import type { ModelOptions } from "./model-options.ts";
import { modelRows } from "./model-rows.ts";
import { parseEndpoint, type ParsedEndpoint, type ParseEndpoint } from "./parse-endpoint.ts";
import { readConnectionOptions, type OptionResolvers } from "./parse-connection-options.ts";
import { readModelOptions } from "./parse-model-options.ts";
import { isGiven, kebabCase, refuseUnknown, requireObject } from "./read-rows.ts";

/** Options by their kebab-case names, as SQL and configuration files carry them. */
export type OptionMap = Readonly<Record<string, unknown>>;

/** What a provider adds to the contract, as far as reading an option map needs it. */
export interface ProviderOptions {
  readonly name: string;
  readonly ownOptions?: readonly string[];
  readonly needsEndpoint?: boolean;
  readonly parseEndpoint?: ParseEndpoint;
}

/** An option map, read. */
export interface ParsedOptionMap<P extends ProviderOptions> {
  readonly provider: P;
  readonly model: ModelOptions;
  readonly connection: ConnectionOptions;
  /** The provider's own options, as they were written. */
  readonly own: OptionMap;
}

/**
 * Reads an option map. Values may be text or have their real types.
 *
 * @throws OptionsError listing every problem at once
 */
export function parseOptionMap<P extends ProviderOptions>(
  map: OptionMap,
  providers: readonly P[],
  resolvers: OptionResolvers = {},
): ParsedOptionMap<P> {
  requireObject(map);
  const issues: OptionIssue[] = [];
  const provider = findProvider(map, providers, issues);
  // Without its provider, an option that any of them takes may be right.
  const candidates = provider === undefined ? providers : [provider];
  const ownNames = candidates.flatMap(({ ownOptions = [] }) => ownOptions);
  const known = [...Object.keys(modelRows), ...Object.keys(connectionRows)];
  refuseUnknown(map, known, ["provider", ...ownNames], kebabCase, issues);
  const model = readModelOptions(map, kebabCase, issues);
  const connection = readConnectionOptions(map, kebabCase, issues, {
    ...resolvers,
    needsEndpoint: candidates.every((candidate) => candidate.needsEndpoint ?? true),
    // Without its provider, an endpoint may be right for any of them.
    parseEndpoint: provider === undefined ? anyEndpoint : (provider.parseEndpoint ?? parseEndpoint),
  });
  checkConnectTimeout(map, model.timeoutMs, connection.connectTimeoutMs, issues);
  if (provider === undefined || issues.length > 0) throw new OptionsError(issues);
  const own = Object.entries(map).filter(([name]) => ownNames.includes(name));
  return { provider, model, connection, own: Object.fromEntries(own) };
}

/** A default that is above a short `timeout` does no harm; what the caller wrote has to make sense. */
function checkConnectTimeout(
  map: OptionMap,
  timeoutMs: number,
  connectTimeoutMs: number,
  issues: OptionIssue[],
): void {
  // A time that did not parse is 0 here and has its own issue.
  if (timeoutMs === 0 || connectTimeoutMs < timeoutMs) return;
  if (!isGiven(map, "connection-timeout", kebabCase)) return;
  issues.push({
    option: "connection-timeout",
    problem: `expected less than timeout (${timeoutMs} ms), found ${connectTimeoutMs} ms`,
  });
}

function anyEndpoint(): ParsedEndpoint {
  return { endpoint: "" };
}

function findProvider<P extends ProviderOptions>(
  map: OptionMap,
  providers: readonly P[],
  issues: OptionIssue[],
): P | undefined {
  const wanted = Object.hasOwn(map, "provider") ? map["provider"] : undefined;
  const found = providers.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = providers.map(({ name }) => name);
  const nearest = typeof wanted === "string" ? nearestName(wanted, names) : undefined;
  const hint = nearest === undefined ? "" : `; is it "${nearest}"?`;
  const expected = names.length === 0 ? "providers to choose from" : `one of ${names.join(", ")}`;
  const kind = wanted === undefined || names.length === 0 ? "none" : "another";
  issues.push({ option: "provider", problem: `expected ${expected}, found ${kind}${hint}` });
  return undefined;
}
