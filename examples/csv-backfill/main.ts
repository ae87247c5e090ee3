import { createHttpTransport } from "@nereid/transport-http";
import { backfill } from "./backfill.ts";

const [input = "input.csv", output = "output.csv"] = process.argv.slice(2);
const endpoint = process.env["TRITON_URL"] ?? "http://localhost:8000";
console.log(await backfill(createHttpTransport({ endpoint }), { input, output }), "rows");
