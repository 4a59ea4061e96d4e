/** Something a person may want to know that is no event and no error of a call. */
export interface LogEntry {
  readonly level: 'warn' | 'debug';
  /** Holds no key, and no values of a payload. */
  readonly message: string;
  readonly error?: unknown;
}
