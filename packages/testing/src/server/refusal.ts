/** How the server says no: status, text, and the content type it happens to give. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  /** Triton labels some of its JSON errors as plain text. */
  readonly isPlain: boolean;

  constructor(status: number, text: string, isPlain = false) {
    super(text);
    this.status = status;
    this.isPlain = isPlain;
  }
}
