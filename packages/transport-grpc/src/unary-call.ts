import { DeadlineError, DecodeError } from "@nereid/core/transport-kit";
import { openCall, type CallFacts } from "./open-call.ts";

/** A message to send. */
export interface OutgoingMessage {
  readonly bytes: Buffer;
  readonly isCompressed: boolean;
  /** Called when the message has left, and its memory may be used again. */
  readonly left?: () => void;
}

/**
 * One message there, one back.
 *
 * @throws TransportError, ServerError, DecodeError, EncodeError; the signal's reason as it is
 */
export function unaryCall(
  facts: CallFacts,
  message: OutgoingMessage,
  signal: AbortSignal,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    let answer: Buffer | undefined;
    let count = 0;
    const { channel } = facts.channel;
    const heardBefore = facts.channel.heard;
    const where = `${facts.method} at ${facts.channel.address}`;
    const call = openCall(facts, {
      onMessage(received) {
        answer = received;
        count += 1;
        // The status is behind the answer, and a second answer would be in front of it.
        call.read();
      },
      onEnd(error) {
        signal.removeEventListener("abort", onAbort);
        if (error !== undefined) reject(error);
        else if (answer !== undefined && count === 1) resolve(answer);
        else reject(new DecodeError(`${where}: expected one answer, found ${count}`));
      },
    });
    const onAbort = (): void => {
      const isSilent = call.isStarted() && facts.channel.heard === heardBefore;
      call.cancel();
      reject(signal.reason);
      // The connection may be dead, and every retry would die on it as well.
      if (isSilent && signal.reason instanceof DeadlineError) facts.channel.renew(channel);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    call.send(message.bytes, message.left ?? ignore, message.isCompressed);
    call.halfClose();
    call.read();
  });
}

function ignore(): void {}
