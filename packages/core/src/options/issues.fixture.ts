import { OptionsError, type OptionIssue } from "../errors/errors.ts";

/** What `parse` complains about; none when it does not. @throws every other error of `parse` */
export function issuesOf(parse: () => unknown): readonly OptionIssue[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof OptionsError) return error.issues;
    throw error;
  }
  return [];
}

/** One certificate-like text; nothing here looks inside. */
export const pemText: string = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";
