import { clock, timeOf } from './timezone';

/** When a schedule starts its task. [wire §8] */
export interface Schedule {
  readonly cron: string | null;
  readonly interval_seconds: number | null;
  /** A time, as ISO 8601 writes it; without an offset, by the clock. */
  readonly run_at: string | null;
  /** Where its clock stands. */
  readonly timezone: string;
  /** When its intervals began. */
  readonly created_at: string;
}

const DAY = 86_400_000;
/** Days that are looked at: there may be no 29th of February for eight years. */
const FARTHEST = 366 * 9;
/** No date is later. */
const LATEST = 8.64e15;

/** The numbers that a field of five may be: minute, hour, day of month, month, day of week. */
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** Names that a month or a day of the week may have instead: the first is the least number. */
const names: readonly (readonly string[])[] = [
  ...[[], [], []],
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
];

const unnamed = (field: string, i: number): string =>
  field.replace(/[a-z]+/gi, (name) => {
    const at = names[i]!.indexOf(name.toLowerCase());
    return at < 0 ? name : String(at + ranges[i]![0]);
  });

/** The numbers of one field: `*`, `5`, `1-5`, and every so many of them, `0-30/10`; or none. */
const numbersIn = (field: string, [least, most]: readonly [number, number]): readonly number[] =>
  field.split(',').flatMap((part) => {
    const [, all, from, to, step] =
      /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const first = all === undefined ? Number(from) : least;
    const last =
      all !== undefined || (to === undefined && step !== undefined) ? most : Number(to ?? from);
    const by = Number(step ?? 1);
    const isOne = first >= least && last <= most && first <= last && by > 0;
    if (!isOne) return [NaN];
    return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, i) => first + i * by);
  });

/** A crontab's five fields as the numbers they mean; `undefined` where one of them means none. */
export const cronOf = (text: string): readonly (readonly number[])[] | undefined => {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== ranges.length) return undefined;
  const numbers = fields.map((field, i) => numbersIn(unnamed(field, i), ranges[i]!));
  return numbers.flat().some(Number.isNaN) ? undefined : numbers;
};

/** The next time after `from` that a crontab names, by a clock somewhere. */
const nextCron = (cron: string, timezone: string, from: number): number | undefined => {
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = cronOf(cron) ?? [];
  const [, hour, day, , weekday] = cron.trim().split(/\s+/);
  const { at, when } = clock(timezone);
  /** Where two days are named, one of them is enough: so does cron. */
  const isDay = (date: Date): boolean => {
    const byMonth = days.includes(date.getUTCDate());
    const byWeek = weekdays.some((number) => number % 7 === date.getUTCDay());
    const either = !day!.startsWith('*') && !weekday!.startsWith('*');
    return (
      months.includes(date.getUTCMonth() + 1) && (either ? byMonth || byWeek : byMonth && byWeek)
    );
  };
  const ascending = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);
  const times = ascending(hours).flatMap((hour) =>
    ascending(minutes).map((minute) => (hour * 60 + minute) * 60_000),
  );
  /** A clock that is put back shows an hour twice: a day's time is meant once, an hour's each time. */
  const meant = (shown: number): readonly number[] =>
    hour!.startsWith('*') ? when(shown) : when(shown).slice(0, 1);
  const now = at(from);
  // The day before, too: it may not be over yet where the clock is put back at midnight.
  for (let date = now - (now % DAY) - DAY, i = 0; i < FARTHEST; date += DAY, i++) {
    if (!isDay(new Date(date))) continue;
    const [next] = ascending(
      times.flatMap((time) => meant(date + time)).filter((time) => time > from),
    );
    if (next !== undefined) return next;
  }
  return undefined;
};

/** When a schedule starts its task next; `null` when it does no more. */
export const nextRun = (
  { cron, interval_seconds, run_at, timezone, created_at }: Schedule,
  from: number,
): string | null => {
  const iso = (time: number | undefined) =>
    time === undefined || Math.abs(time) > LATEST ? null : new Date(time).toISOString();
  if (cron !== null) return iso(nextCron(cron, timezone, from));
  if (run_at !== null) {
    const time = timeOf(run_at, timezone);
    return time > from ? iso(time) : null;
  }
  if (interval_seconds === null) return null;
  const [began, every] = [Date.parse(created_at), interval_seconds * 1_000];
  return iso(began + (Math.floor((from - began) / every) + 1) * every);
};
