import { expect, it } from "vitest";
import {
  driveArray,
  driveDuplex,
  driveIterator,
  drivePipeline,
  driveReadableMap,
  driveTransformStream,
  driveWebPair,
} from "./drivers.ts";
import { keyedWork, openKeyedModel } from "./keyed.ts";
import { openEchoModel } from "./suite.ts";

const drivers = {
  driveArray,
  driveDuplex,
  driveIterator,
  drivePipeline,
  driveReadableMap,
  driveTransformStream,
  driveWebPair,
};
const records = Array.from({ length: 100 }, (_, index) => ({ IN: index }));

it.each(Object.entries(drivers))("%s brings every record through the model", async (_, drive) => {
  await using model = await openEchoModel("next turn");
  expect(await drive(model, records, 16)).toBe(4950);
});

it("counts a step for each row, the ends of sequences included", async () => {
  await using opened = await openKeyedModel();
  const work = keyedWork(opened, { keys: 16, steps: 4 });
  await work.run();
  expect([opened.steps(), work.rows]).toEqual([4032, 4032]);
});
