/** What goes wrong with one answer. */
export type Fault =
  /** The connection is reset before any byte of the answer. */
  | { readonly kind: "reset" }
  /** The connection is reset behind this many bytes of the answer's body; 0: behind the headers. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** The connection ends in good order behind this many bytes of a longer body. */
  | { readonly kind: "truncate"; readonly afterBytes: number }
  /** Another status, with a text. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly text: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** The code over gRPC. Default: what the status means there. */
      readonly grpcCode?: number;
    }
  /** Bytes that are not HTTP. */
  | { readonly kind: "garbage" }
  /** No answer until the caller goes. */
  | { readonly kind: "hang" }
  /** The right answer, but not before this promise resolves. */
  | { readonly kind: "late"; readonly until: Promise<unknown> }
  /** Another id than the request's. */
  | { readonly kind: "wrong-id" };

/** A request, as far as a fault is chosen by it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Chooses the fault of each request; undefined for none. Health and metadata are asked for too. */
export type ChooseFault = (request: SeenRequest, index: number) => Fault | undefined;
