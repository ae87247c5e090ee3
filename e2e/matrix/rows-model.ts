import { failing, mended, refused } from "./expectations.ts";
import type { FaultRow, Injection, StageControls } from "./fault-row.ts";
import { hasFailed } from "./has-failed.ts";

/** What the server calls the version that it has. */
const pinned = { version: "1" };

/** Unloads the model, and loads it again once somebody has missed it. */
async function reload(controls: StageControls): Promise<void> {
  controls.repository.unload("double");
  await hasFailed(controls);
  controls.repository.load("double");
}

const unload = async ({ repository }: StageControls): Promise<void> => repository.unload("double");

const away = (id: string, what: string, more: Injection): FaultRow => ({
  id,
  what,
  inject: { act: unload, model: { modelGoneGraceMs: 300 }, ...more },
  expect: failing(refused, "all"),
});
const back = (id: string, what: string, more: Injection): FaultRow => ({
  id,
  what,
  inject: { act: reload, model: { maxRetries: 0 }, ...more },
  expect: mended(refused),
});

/** A model that comes and goes while its server stays. */
export const modelRows: readonly FaultRow[] = [
  away("S4a", "the model is unloaded for good", {}),
  away("S4b", "the pinned version is unloaded for good", pinned),
  back("S5a", "the model is unloaded and loaded again", {}),
  back("S5b", "the pinned version is unloaded and loaded again", pinned),
  {
    id: "S6",
    what: "a model of other shapes takes its place",
    inject: { act: async ({ replaceModel }) => replaceModel() },
    expect: {
      ...failing(refused, "all"),
      says: 'found that input "ID" is INT32 [-1,2], and was INT32 [-1,1]',
    },
  },
];
