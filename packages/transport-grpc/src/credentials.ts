import type { TlsOptions } from "@nereid/core/transport-kit";
import { credentials, type ChannelCredentials } from "@grpc/grpc-js";
import { endSilentConnections } from "./silent-connections.ts";

/** The credentials of a channel; tokens travel as metadata of each call instead. */
export function channelCredentials(isTls: boolean, tls: TlsOptions): ChannelCredentials {
  const made = isTls ? tlsCredentials(tls) : credentials.createInsecure();
  return endSilentConnections(made);
}

function tlsCredentials({ ca, cert, key, insecure }: TlsOptions): ChannelCredentials {
  return credentials.createSsl(
    toBuffer(ca),
    toBuffer(key),
    toBuffer(cert),
    // Said either way, for without a word Node asks the environment.
    insecure
      ? { rejectUnauthorized: false, checkServerIdentity: () => undefined }
      : { rejectUnauthorized: true },
  );
}

function toBuffer(pem: string | undefined): Buffer | null {
  return pem === undefined ? null : Buffer.from(pem);
}
