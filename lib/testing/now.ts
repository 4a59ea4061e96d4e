/** The time, as records tell it. */
export const now = (): string => new Date().toISOString();
