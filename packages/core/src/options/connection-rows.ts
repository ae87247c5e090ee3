import type { z } from "zod";
import type { Secret } from "./connection-options.ts";
import { binaryData, endpoint, headers, pem, secret, servername } from "./connection-values.ts";
import type { OptionRow } from "./option-row.ts";
import { byteSize, duration, flag, wholeNumber, word, type ValueSchema } from "./value-schema.ts";

type Optional<T> = OptionRow<z.ZodOptional<ValueSchema<T>>>;
type Defaulted<T> = OptionRow<z.ZodDefault<ValueSchema<T>>>;

/** The options of the connection to a server. */
export const connectionRows: {
  readonly endpoint: Optional<NonNullable<unknown>>;
  readonly "connection-timeout": Defaulted<number>;
  readonly "binary-data": Defaulted<boolean | "auto">;
  readonly compression: Optional<"gzip" | "deflate">;
  readonly "compression-min-bytes": Defaulted<number>;
  readonly "response-compression": Defaulted<boolean>;
  readonly "auth-token": Optional<Secret>;
  readonly "custom-headers": Optional<Readonly<Record<string, Secret>>>;
  readonly "tls-ca": Optional<string>;
  readonly "tls-cert": Optional<string>;
  readonly "tls-key": Optional<string>;
  readonly "tls-servername": Optional<string>;
  readonly "tls-insecure": Defaulted<boolean>;
  readonly "connection-pool-max-idle": Defaulted<number>;
  readonly "connection-pool-keep-alive": Defaulted<number>;
  readonly "connection-pool-max-total": Defaulted<number>;
  readonly "connection-reuse-enabled": Defaulted<boolean>;
  readonly "connection-pool-monitoring-enabled": Defaulted<boolean>;
  readonly "max-response-bytes": Defaulted<number>;
} = {
  endpoint: {
    schema: endpoint().optional(),
    type: "URL or list of URLs",
    default: "required",
    description:
      "The server's address, or those of several with the same models: work is balanced over them, and a sequence stays where it began. A path in front of `/v2` is kept everywhere; query, fragment and credentials are refused.",
  },
  "connection-timeout": {
    schema: duration(1).default(10_000),
    type: "duration",
    default: "10s",
    description: "Longest wait for a connection, TLS included; below `timeout`.",
  },
  "binary-data": {
    schema: binaryData().default("auto"),
    type: "boolean or `auto`",
    default: "`auto`",
    description:
      "Tensors as bytes instead of JSON; `auto` when the server lists the extension. KServe's Python server has it without listing it: set `true` there.",
  },
  compression: {
    schema: word("gzip", "deflate").optional(),
    type: "`gzip` or `deflate`",
    default: "none",
    description: "Compresses request bodies, off the event loop.",
  },
  "compression-min-bytes": {
    schema: byteSize().default(1024),
    type: "size",
    default: "1 KiB",
    description: "Requests below this size travel uncompressed.",
  },
  "response-compression": {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description: "Asks for compressed answers.",
  },
  "auth-token": {
    schema: secret().optional(),
    type: "secret",
    default: "none",
    description: "Sent as `Authorization: Bearer …`; a `Bearer ` in front is not doubled.",
  },
  "custom-headers": {
    schema: headers().optional(),
    type: "map",
    default: "none",
    description: "Further headers; those that the protocol owns are refused by name.",
  },
  "tls-ca": {
    schema: pem().optional(),
    type: "PEM or path",
    default: "none",
    description: "Certificates to trust instead of the system's.",
  },
  "tls-cert": {
    schema: pem().optional(),
    type: "PEM or path",
    default: "none",
    description: "Client certificate for mutual TLS; needs `tls-key`.",
  },
  "tls-key": {
    schema: pem().optional(),
    type: "PEM or path",
    default: "none",
    description: "Private key of `tls-cert`.",
  },
  "tls-servername": {
    schema: servername().optional(),
    type: "host name",
    default: "the endpoint's",
    description: "Name that the server's certificate must have.",
  },
  "tls-insecure": {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description: "Takes any certificate, and warns once.",
  },
  "connection-pool-max-idle": {
    schema: wholeNumber(1).default(20),
    type: "whole number",
    default: "20",
    description: "Idle sockets kept.",
  },
  "connection-pool-keep-alive": {
    schema: duration(1).default(300_000),
    type: "duration",
    default: "5min",
    description: "How long an idle socket is kept.",
  },
  "connection-pool-max-total": {
    schema: wholeNumber(1).default(100),
    type: "whole number",
    default: "100",
    description: "Sockets for one origin; further requests queue.",
  },
  "connection-reuse-enabled": {
    schema: flag().default(true),
    type: "boolean",
    default: "true",
    description: "`false` opens a new connection for each exchange.",
  },
  "connection-pool-monitoring-enabled": {
    schema: flag().default(false),
    type: "boolean",
    default: "false",
    description: "One log line of pool statistics at creation and every 30 s.",
  },
  "max-response-bytes": {
    schema: byteSize().default(256 * 1024 * 1024),
    type: "size",
    default: "256 MiB",
    description: "Largest answer, compressed and decompressed; checked before memory is taken.",
  },
};
