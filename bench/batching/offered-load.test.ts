import { expect, it } from "vitest";
import { offerLoad } from "./offered-load.ts";
import { capacityOf, type DeviceCurve } from "./simulated-device.ts";

const device: DeviceCurve = { batchMs: 2, rowMs: 0.02, maxRows: 128, networkMs: 0.3 };

it("answers all rows of a light load within a batch's time and the wait for another", async () => {
  const { p99Ms, arrived, answered } = await offerLoad(
    device,
    { batchSize: 16, maxInFlight: 1 },
    100,
    2000,
  );
  expect(arrived).toBeGreaterThan(150);
  expect(answered).toBeGreaterThanOrEqual(arrived - 1);
  expect(p99Ms).toBeGreaterThanOrEqual(2.32);
  expect(p99Ms).toBeLessThan(2 * 2.32 + 0.3);
});

it("has one result for a setting and a rate, however busy the machine is", async () => {
  const offer = () => offerLoad(device, { batchSize: "auto" }, 500, 500);
  expect(await offer()).toEqual(await offer());
});

it("knows what a device can do at most", () => {
  expect(capacityOf(device, 128)).toBeCloseTo(128_000 / (2 + 128 * 0.02));
});
