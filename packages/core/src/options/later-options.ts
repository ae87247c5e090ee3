/** Options of the contract whose feature comes with a later release: refused, never ignored. */
export const laterOptions: readonly string[] = ["health-check-enabled", "health-check-interval"];
