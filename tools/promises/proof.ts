/** A text of a file and what stands in its place while a mechanism is switched off. */
export interface Edit {
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** One mechanism that keeps a promise, and the test that fails without it. */
export interface Proof {
  /** `P1` to `P20`. */
  readonly promise: string;
  /** The file that has the mechanism, from the root of the repository. */
  readonly mechanism: string;
  /** In words, as the page of the promises has it. */
  readonly without: string;
  readonly edits: readonly Edit[];
  readonly test: {
    /** From the root of the repository. */
    readonly file: string;
    /** As it is written; begins with the promise. */
    readonly name: string;
  };
}
