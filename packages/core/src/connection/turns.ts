/** Goes round some addresses. */
export interface Turns {
  /** The next one; one that could not be reached is passed over, but not for ever. */
  next(): string;
  /** Whether one could be reached. */
  told(address: string, reached: boolean): void;
}

/** Every so many turns one that could not be reached has its trial. */
const trialTurns = 16;

/** Makes turns over addresses, each taken for good at first. @param addresses - at least one */
export function createTurns(addresses: readonly string[]): Turns {
  /** The one whose trial is due comes first. */
  const away = new Set<string>();
  let position = 0;
  let taken = 0;

  const onTrial = (): string | undefined => {
    const [due] = away;
    if (due === undefined || taken % trialTurns !== 0) return undefined;
    away.delete(due);
    away.add(due);
    return due;
  };

  return {
    next() {
      taken += 1;
      const due = onTrial();
      if (due !== undefined) return due;
      const good = addresses.filter((address) => !away.has(address));
      const choice = good.length === 0 ? addresses : good;
      position = (position + 1) % choice.length;
      return choice[position] ?? "";
    },
    told(address, reached) {
      if (reached) away.delete(address);
      else away.add(address);
    },
  };
}
