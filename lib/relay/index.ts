/** The door `m8tes-rx/relay`: your server, between the API and many viewers. */
export { InvalidArgumentError } from '../errors';
export type { KeepingOptions } from '../log/keeping';
export { memoryLog, type MemoryLogOptions } from '../log/memoryLog';
export type {
  Acquired,
  AcquireOptions,
  Append,
  Appended,
  End,
  Entries,
  Entry,
  Frame,
  LogStat,
  Mark,
  Reading,
  ReadOptions,
  RunLog,
} from '../log/RunLog';
export { durable, type DurableOptions } from './durable';
