/** What telemetry adds up beside a model's own statistics. */
export interface Traffic {
  batches: number;
  batchWaitMs: number;
  placeWaitMs: number;
  sentBytes: number;
  receivedBytes: number;
}

/** All zeros. */
export function createTraffic(): Traffic {
  return { batches: 0, batchWaitMs: 0, placeWaitMs: 0, sentBytes: 0, receivedBytes: 0 };
}
