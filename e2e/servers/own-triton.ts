import { findFreePorts } from "./free-ports.ts";
import { planTriton } from "./server-plans.ts";
import { launch, stopServer } from "./start.ts";
import { writeRepository } from "./triton/prepare.ts";

/** A Triton of a test's own, which it may kill. Its addresses stay the same over restarts. */
export interface OwnTriton extends AsyncDisposable {
  /** `http://127.0.0.1:…` */
  readonly http: string;
  /** `127.0.0.1:…` */
  readonly grpc: string;
  /** Kills it at once, as a machine that loses power does. */
  kill(): void;
  /** Starts it again behind {@link OwnTriton.kill}, and waits until it takes requests. */
  restart(): Promise<void>;
}

/**
 * Starts Triton with some of the models of the suite.
 *
 * @param more - further arguments of its command line
 */
export async function startOwnTriton(
  name: string,
  models: readonly string[],
  more: readonly string[] = [],
): Promise<OwnTriton> {
  const [http = 0, grpc = 0, metrics = 0] = await findFreePorts(3);
  const ports = { http, grpc, metrics };
  const start = () => {
    const plan = planTriton(ports, writeRepository(name, models), () => undefined);
    return launch(name, ports, { ...plan, args: [...plan.args, ...more] });
  };
  let server = await start();
  const kill = (): void => {
    try {
      process.kill(-server.pid, "SIGKILL");
    } catch {
      // It had gone by itself.
    }
  };
  return {
    http: server.http,
    grpc: server.grpc,
    kill,
    async restart() {
      server = await start();
    },
    [Symbol.asyncDispose]: () => stopServer(server),
  };
}
