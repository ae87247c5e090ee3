/** Sets a field of a row: assigning to `__proto__` would change its prototype instead of its data. */
export function setField(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    const facts = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(fields, name, facts);
  } else fields[name] = value;
}
