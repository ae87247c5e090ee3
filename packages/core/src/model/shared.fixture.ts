import type { ReportingTransport } from "../transport/report.ts";
import { createDoubleTransport, type DoubleTransport } from "./double.fixture.ts";

/** A transport to a server that others may lead to as well. */
export function createServerTransport(
  endpoint: string,
  name = "double",
): DoubleTransport & ReportingTransport {
  return Object.assign(createDoubleTransport(), {
    name,
    report: () => ({ servers: [{ endpoint, address: "server" }] }),
  });
}
