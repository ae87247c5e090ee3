/** What can go wrong on a connection that Node knows no name for. */
export type WireErrorCode =
  /** The server sent what HTTP/1.1 does not allow. */
  | "HTTP_INVALID"
  /** The server closed the connection before its answer had ended. */
  | "HTTP_CLOSED"
  /** An answer's headers are longer than anybody needs. */
  | "HTTP_HEAD_SIZE"
  /** A request's header has characters that HTTP cannot carry. */
  | "HTTP_HEADER";

/** A fault on a connection. Its message never quotes bytes of an answer. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error of bytes that are not an HTTP answer. */
export function notHttp(expected: string): WireError {
  return new WireError("HTTP_INVALID", `expected ${expected}, found something else`);
}
