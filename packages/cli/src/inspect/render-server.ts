import type { RepositoryModel } from "@nereid/core/transport-kit";
import type { Told } from "../server/ask.ts";
import { unknown, type Look } from "../terminal/look.ts";
import { renderFacts } from "../terminal/facts.ts";
import { renderTable } from "../terminal/table.ts";
import type { ServerReport } from "./read-server.ts";

/** A server and its models as text. */
export function renderServer(
  server: ServerReport,
  models: Told<readonly RepositoryModel[]> | undefined,
  look: Look,
): string {
  const { paint, width } = look;
  const named = [server.name ?? unknown, server.version].filter((part) => part !== null).join(" ");
  const facts: [string, string][] = [
    ["server", `${named} at ${server.url}`],
    ["transport", server.transport],
    ["ready", readiness(server.ready, look)],
    ["extensions", describeExtensions(server)],
  ];
  const head = renderFacts(facts, look);
  if (models === undefined) return head;
  if ("reason" in models) {
    const reason = paint.faint(`(${models.reason})`);
    return `${head}\nmodels: ${unknown}, this server does not list them ${reason}\nName one to see it: nereid inspect ${server.url} MODEL\n`;
  }
  if (models.value.length === 0) return `${head}\nmodels: none\n`;
  const rows = models.value.map(({ name, version = "", state = unknown, reason = "" }) => [
    name,
    version,
    state,
    reason,
  ]);
  const columns = ["model", "version", "state", "reason"].map((title) => ({ title }));
  return `${head}\n${renderTable(columns, rows, width)}`;
}

function describeExtensions({ extensions }: ServerReport): string {
  if (extensions === null) return unknown;
  return extensions.length === 0 ? "none" : extensions.join(", ");
}

/** Is it ready? */
export function readiness(ready: boolean | null, { paint }: Look): string {
  if (ready === null) return unknown;
  return ready ? paint.good("yes") : paint.bad("no");
}
