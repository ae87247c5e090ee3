import type { Clock } from "../transport/clock.ts";

/** What a device takes for a batch, and how many batches it works on at a time. */
export interface DeviceCurve {
  readonly serviceMs: (rows: number) => number;
  readonly instances: number;
  /** There and back together. */
  readonly networkMs: number;
}

/** A server with one queue, whose curve is known. */
export interface SimulatedDevice {
  /** May be changed at any time; counts for batches that start later. */
  curve: DeviceCurve;
  /** Resolves when a batch of so many rows has been answered. */
  run(rows: number): Promise<void>;
}

/** @param noise - a factor for each batch's time, drawn when it starts */
export function createSimulatedDevice(
  clock: Clock,
  curve: DeviceCurve,
  noise: () => number = () => 1,
): SimulatedDevice {
  const queue: (() => void)[] = [];
  let busy = 0;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => clock.setTimer(resolve, ms));
  const start = (): void => {
    while (busy < device.curve.instances) {
      const next = queue.shift();
      if (next === undefined) return;
      busy += 1;
      next();
    }
  };
  const device: SimulatedDevice = {
    curve,
    async run(rows) {
      await pause(device.curve.networkMs / 2);
      const turn = new Promise<void>((resolve) => queue.push(resolve));
      start();
      await turn;
      await pause(device.curve.serviceMs(rows) * noise());
      busy -= 1;
      start();
      await pause(device.curve.networkMs / 2);
    },
  };
  return device;
}
