/**
 * How long a `Retry-After` asks to wait, in milliseconds: seconds or an HTTP date, and never less
 * than nothing. Undefined when it says neither.
 */
export const retryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
