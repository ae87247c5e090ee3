import { Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { readCount, readPort } from "../command/read-number.ts";
import type { ServeFlags } from "./run-serve.ts";

const examples = `
The server is for trying things out on one machine: it has no authentication and no TLS.

Examples:
  nereid serve ranker.onnx
  nereid serve                                   # two models to try: sum, and the classifier of the demo
  nereid serve a=models/a.onnx b=models/b.onnx --http-port 9000 --grpc-port 9001
  nereid inspect http://127.0.0.1:8000`;

/** `nereid serve`: ONNX models of this machine behind V2 over HTTP and gRPC. */
export function createServeCommand(context: RunContext): Command {
  return new Command("serve")
    .description("serve ONNX models over HTTP and gRPC, as a server to try things with")
    .argument("[MODEL...]", "files, each model.onnx or name=model.onnx. Default: two models to try")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--http-port <port>", "port of HTTP; 0 for any", readPort, 8000)
    .option("--grpc-port <port>", "port of gRPC; 0 for any", readPort, 8001)
    .option("--threads <number>", "worker threads, each with every model", readCount, 1)
    .option("--max-batch-rows <number>", "rows in one request at most", readCount, 64)
    .addHelpText("after", examples)
    .action(async (files: string[], flags: ServeFlags) => {
      const { runServe } = await import("./run-serve.ts");
      await runServe(files, flags, context);
    });
}
