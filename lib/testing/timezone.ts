const DAY = 86_400_000;

/** Whether there is such a place for a clock to stand. */
export const isTimezone = (timezone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).format(0) !== '';
  } catch {
    return false;
  }
};

/** A clock somewhere. What it shows is a number as if it were UTC's. */
export interface Clock {
  /** What it shows at a time. */
  readonly at: (time: number) => number;
  /**
   * When it shows something: twice where it is put back over that; and where it is put forward over
   * it, when it would have shown it.
   */
  readonly when: (shown: number) => readonly number[];
}

/** The clock of a time zone. */
export const clock = (timezone: string): Clock => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  const at = (time: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(time).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day, hour, minute, second } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };

  /** How far it is ahead of UTC when a day begins there; many times of one day are asked for. */
  const known = new Map<number, number>();
  const ahead = (day: number): number => {
    const by = known.get(day) ?? at(day) - day;
    known.set(day, by);
    return by;
  };

  const when = (shown: number): readonly number[] => {
    const day = Math.floor(shown / DAY) * DAY;
    // No clock is a day ahead: what it was before, and what it is after, if it is put meanwhile.
    const [before, after] = [ahead(day - DAY), ahead(day + 2 * DAY)];
    if (before === after) return [shown - before];
    const times = [shown - before, shown - after].filter(
      (time) => at(Math.floor(time / 1_000) * 1_000) === Math.floor(shown / 1_000) * 1_000,
    );
    return times.length > 0 ? times : [shown - before];
  };
  return { at, when };
};

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A time as ISO 8601 writes it; without an offset, by the clock of a time zone. NaN for none. */
export const timeOf = (text: string, timezone: string): number => {
  const [, day = '', time = '00:00', offset] = ISO.exec(text) ?? [];
  const shown = Date.parse(`${day}T${time}Z`);
  // Of the 30th of February, `Date` makes a day in March.
  if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(day)) return NaN;
  if (offset !== undefined) return Date.parse(`${day}T${time}${offset.toUpperCase()}`);
  return clock(timezone).when(shown)[0]!;
};
