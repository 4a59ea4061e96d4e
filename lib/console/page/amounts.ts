const numbers = new Intl.NumberFormat('en');

/** `1,200` */
export const count = (value: number): string => numbers.format(value);

/** `180 ms`, `2.4 s`, `1 m 12 s` */
export const duration = (ms: number): string => {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
};

/** `$0.0048`; of what is no number, what was said. */
export const dollars = (value: string | number): string => {
  const amount = Number(value);
  if (!Number.isFinite(amount)) return `${value}`;
  return `$${amount.toFixed(amount === 0 || amount >= 1 ? 2 : 4)}`;
};

/** `just now`, `4 min ago`, `3 h ago`, or the day. */
export const ago = (time: string | undefined, now: number): string => {
  const minutes = Math.floor((now - Date.parse(time ?? '')) / 60_000);
  if (Number.isNaN(minutes)) return '';
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return new Date(time!).toLocaleDateString('en', { day: 'numeric', month: 'short' });
};
