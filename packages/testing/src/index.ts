export { startV2Server, type V2Server, type V2ServerOptions } from "./server/v2-server.ts";
export type { ChooseFault, Fault, SeenRequest } from "./server/faults.ts";
export {
  createMemoryTransport,
  type MemoryTransport,
  type MemoryTransportOptions,
} from "./server/memory-transport.ts";
export type { EndOfTurn } from "./server/dynamic-batcher.ts";
export type { Execution, HostContext, ModelHost } from "./server/model-host.ts";
export type { FoundModel } from "./server/repository.ts";
export type { ModelAnswer, ModelRequest, ServerModel } from "./server/server-model.ts";
export { createStandardModels } from "./server/models.ts";
export { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
