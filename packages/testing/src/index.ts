export { startV2Server, type V2Server, type V2ServerOptions } from "./server/v2-server.ts";
export {
  startV2GrpcServer,
  type V2GrpcServer,
  type V2GrpcServerOptions,
} from "./grpc/v2-grpc-server.ts";
export type { ChooseGrpcFault, GrpcFault } from "./grpc/grpc-faults.ts";
export type { ServerTls } from "./grpc/listen.ts";
export type { ChooseFault, Fault, SeenRequest } from "./server/faults.ts";
export {
  createMemoryTransport,
  type MemoryTransport,
  type MemoryTransportOptions,
} from "./server/memory-transport.ts";
export type { EndOfTurn } from "./server/dynamic-batcher.ts";
export {
  createModelHost,
  type Execution,
  type HostContext,
  type ModelHost,
} from "./server/model-host.ts";
export type { FoundModel } from "./server/repository.ts";
export type { ModelAnswer, ModelRequest, ServerModel } from "./server/server-model.ts";
export { createStandardModels } from "./server/models.ts";
export { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
export type {
  AcceptFault,
  ByteRange,
  ConnectionFault,
  Direction,
  FaultEvent,
  FaultScript,
  PointFault,
  RangeFault,
  ScriptedConnection,
} from "./faults/connection-fault.ts";
export { startFaultProxy, type FaultProxy, type FaultProxyOptions } from "./faults/fault-proxy.ts";
export { createRandom } from "./faults/random.ts";
export {
  createOracle,
  requestIds,
  type Key,
  type Oracle,
  type OracleOptions,
} from "./oracle/oracle.ts";
export {
  createOutcomeChecker,
  type Offences,
  type OutcomeChecker,
  type OutcomeCheckerOptions,
  type OutcomeReport,
} from "./oracle/outcome-checker.ts";
