/** What a {@link Refusal} says beside status and text. */
export interface RefusalFacts {
  /** Triton labels some of its JSON errors as plain text. Default: false. */
  readonly isPlain?: boolean;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How the server says no: status, text, and the content type it happens to give. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly isPlain: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, text: string, { isPlain = false, headers = {} }: RefusalFacts = {}) {
    super(text);
    this.status = status;
    this.isPlain = isPlain;
    this.headers = headers;
  }
}
