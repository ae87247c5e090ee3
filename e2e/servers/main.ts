import { missingFromMachine } from "./python.ts";
import { endOfLog, isLive, isReady, startServer, stopServer } from "./start.ts";
import {
  clearState,
  readState,
  serverNames,
  writeState,
  type ServerName,
  type Servers,
} from "./state.ts";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function up(names: readonly ServerName[]): Promise<void> {
  const missing = missingFromMachine();
  if (missing !== undefined) throw new Error(missing);
  let running: Servers = readState();
  for (const name of names) {
    const known = running[name];
    if (known !== undefined && (await isReady(known.http))) {
      say(`${name}: already at ${known.http}`);
      continue;
    }
    running = { ...running, [name]: await startServer(name, say) };
    writeState(running);
  }
}

async function down(): Promise<void> {
  const fallen: string[] = [];
  for (const [name, server] of Object.entries(readState())) {
    if (!(await isLive(server.http)))
      fallen.push(`${name} had ended by itself:\n${endOfLog(name)}`);
    await stopServer(server);
  }
  clearState();
  if (fallen.length > 0) throw new Error(fallen.join("\n"));
}

async function status(): Promise<void> {
  for (const [name, server] of Object.entries(readState())) {
    say(`${name}: ${(await isReady(server.http)) ? "ready" : "not ready"} at ${server.http}`);
  }
}

const [command = "", ...names] = process.argv.slice(2);
const wanted = serverNames.filter((name) => names.length === 0 || names.includes(name));
const commands = new Map([
  ["up", () => up(wanted)],
  ["down", down],
  ["status", status],
]);
const action = commands.get(command);
if (action === undefined) {
  say(
    `expected up, down or status, found "${command}"; names behind up: ${serverNames.join(", ")}`,
  );
  process.exitCode = 2;
} else {
  await action().catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
