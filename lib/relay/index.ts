/**
 * The door `m8tes-rx/relay`: your server, between the API and its viewers. It needs nothing of Node.
 *
 * @module m8tes-rx/relay
 */
export type { Action, Authorize, Grant } from './admission';
export type { Message } from './chunks';
export { createRelay, type Relay, type Turn } from './createRelay';
export type { Expose } from './expose';
export type { CreateRelayOptions, StartOptions, ViewOptions } from './CreateRelayOptions';
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
export type { Names } from './names';
export type { NodeRequest } from './nodeRequest';
export { relay, type RelayOptions } from './relay';
export { toNode, type NodeResponse, type RequestHandler, type ToNodeOptions } from './toNode';
