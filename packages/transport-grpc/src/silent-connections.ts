import type { Socket } from "node:net";
import type { ChannelCredentials } from "@grpc/grpc-js";

/**
 * Makes a channel that closes end the connections on which the server has not said a word. grpc-js 1.14
 * leaves one that is still being made open for as long as the server likes.
 */
export function endSilentConnections(made: ChannelCredentials): ChannelCredentials {
  const create = made._createSecureConnector.bind(made);
  made._createSecureConnector = (...facts) => {
    const connector = create(...facts);
    /** By what was dialled: what speaks HTTP/2 on it, when it can. */
    const sockets = new Map<Socket, Socket | undefined>();
    let isOver = false;
    return {
      async connect(dialled) {
        // grpc-js destroys what it dialled.
        if (isOver) throw new Error("expected an open channel, found it closed");
        sockets.set(dialled, undefined);
        dialled.once("close", () => sockets.delete(dialled));
        const result = await connector.connect(dialled);
        sockets.set(dialled, result.socket);
        return result;
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy() {
        isOver = true;
        connector.destroy();
        for (const [dialled, socket] of sockets) {
          if (socket === undefined || socket.bytesRead === 0) dialled.destroy();
        }
      },
    };
  };
  return made;
}
