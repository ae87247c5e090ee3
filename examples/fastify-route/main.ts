import { createHttpTransport } from "@nereid/transport-http";
import { createServer } from "./server.ts";

const endpoint = process.env["TRITON_URL"] ?? "http://localhost:8000";
const server = await createServer(createHttpTransport({ endpoint }));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void server.close());
}
console.log(await server.listen({ port: Number(process.env["PORT"] ?? 3000) }));
