import type { Call, RepositoryModel, ServerMetadata } from "@nereid/core/transport-kit";
import { orNull, told, type Told } from "../server/ask.ts";
import type { ServerTransport } from "../server/open-transport.ts";

/** What a server says of itself; null is what it does not say. */
export interface ServerReport {
  readonly url: string;
  readonly transport: string;
  readonly name: string | null;
  readonly version: string | null;
  readonly extensions: readonly string[] | null;
  readonly ready: boolean | null;
}

/** Asks a server about itself. @throws as a transport does when there is no answer at all */
export async function readServer(
  url: string,
  transport: ServerTransport,
  call: Call,
): Promise<ServerReport> {
  const metadata: Told<ServerMetadata> = await told(transport.serverMetadata(call));
  const ready = await told(transport.serverReady(call));
  const { name = "", version = "", extensions = null } = orNull(metadata) ?? {};
  return {
    url,
    transport: transport.name,
    name: name === "" ? null : name,
    version: version === "" ? null : version,
    extensions,
    ready: orNull(ready),
  };
}

/** The models that a server lists, sorted; a server without a repository does not tell. */
export async function readModels(
  transport: ServerTransport,
  call: Call,
): Promise<Told<readonly RepositoryModel[]>> {
  const index = await told(transport.repositoryIndex({}, call));
  if ("reason" in index) return index;
  const byName = (left: RepositoryModel, right: RepositoryModel): number =>
    left.name.localeCompare(right.name, "en") ||
    (left.version ?? "").localeCompare(right.version ?? "", "en", { numeric: true });
  return { value: index.value.toSorted(byName) };
}
