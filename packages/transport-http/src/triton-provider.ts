import type { Provider } from "@nereid/core/transport-kit";
import { openHttpTransport } from "./http-transport.ts";

/** `provider: triton`: V2 over HTTP. */
export const tritonProvider: Provider = {
  name: "triton",
  open: ({ connection }) => openHttpTransport(connection),
};
