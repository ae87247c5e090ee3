import type { ModelRef } from "@nereid/core/transport-kit";
import { Refusal } from "./refusal.ts";
import type { ServerModel } from "./server-model.ts";

/** A model and the version that a reference means. */
export interface FoundModel {
  readonly model: ServerModel;
  readonly version: string;
}

/** The models of a server, each loaded or not. */
export interface Repository {
  readonly models: readonly ServerModel[];
  /** @throws Refusal */
  find(ref: ModelRef): FoundModel;
  isReady(ref: ModelRef): boolean;
  /** @throws Refusal for a model that does not exist */
  load(name: string): void;
  /** Unloading what is not loaded, or does not exist, succeeds. */
  unload(name: string): void;
}

/** The versions of a model; the last one answers where none is named. */
export function versionsOf({ versions = ["1"] }: ServerModel): readonly string[] {
  return versions;
}

/** Makes a repository whose models are all loaded. */
export function createRepository(models: readonly ServerModel[]): Repository {
  const byName = new Map(models.map((model) => [model.name, model]));
  const unloaded = new Set<string>();
  const unknown = (text: string, status = 404): Refusal =>
    new Refusal(status, `Request for unknown model: ${text}`);

  const find: Repository["find"] = ({ name, version }) => {
    const model = byName.get(name);
    if (model === undefined) throw unknown(`'${name}' is not found`);
    const versions = versionsOf(model);
    if (version !== undefined && !versions.includes(version)) {
      throw unknown(`'${name}' version ${version} is not found`);
    }
    if (!unloaded.has(name)) return { model, version: version ?? versions.at(-1) ?? "1" };
    if (version === undefined) throw unknown(`'${name}' has no available versions`);
    throw unknown(`'${name}' version ${version} is not at ready state`, 503);
  };

  return {
    models: models.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    find,
    isReady({ name, version }) {
      const model = byName.get(name);
      if (model === undefined || unloaded.has(name)) return false;
      return version === undefined || versionsOf(model).includes(version);
    },
    load(name) {
      if (byName.has(name)) {
        unloaded.delete(name);
        return;
      }
      throw new Refusal(500, `failed to load '${name}', failed to poll from model repository`);
    },
    unload: (name) => void (byName.has(name) && unloaded.add(name)),
  };
}
