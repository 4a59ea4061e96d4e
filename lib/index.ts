export { createClient, type Client } from './client';
export type {
  ClientOptions,
  LogEntry,
  ResumeOptions,
  RetryOptions,
  TimeoutOptions,
} from './api/ClientOptions';
export type { Fetch } from './http/fetching';
export type { ConnectionState } from './stream/Healing';
export { toAsyncIterable, type AsyncIterableOptions } from './toAsyncIterable';

// Runs and tasks: what calls take, and what they give.
export type { Runs } from './api/Runs';
export type { Tasks } from './api/tasks';
export type {
  Answer,
  Approval,
  CreateParams,
  ListParams,
  PermissionMode,
  ReplyParams,
  TaskRunParams,
  Upload,
} from './api/params';
export type {
  AbortOptions,
  CallOptions,
  LeaveOptions,
  MessagesOptions,
  PollOptions,
  RetryRunOptions,
  StartAndWaitOptions,
  StreamOptions,
  UserOptions,
  WaitOptions,
} from './api/options';
export {
  isOver,
  type Answered,
  type PermissionModeChange,
  type PermissionRequest,
  type Run,
  type RunCheck,
  type RunFile,
  type RunMessage,
  type RunOutcome,
  type Share,
  type Usage,
} from './api/objects';

// People in the loop.
export { isPlanApproval, planText, questions, type Question } from './api/questions';
export { respond } from './api/respond';
export type { Decision, Eventually, Handlers, Reply } from './api/Handlers';

// Events: what a run tells while it works.
export type {
  EventOf,
  EventType,
  MalformedEvent,
  RunEvent,
  TerminalEvent,
  UnknownEvent,
} from './events/RunEvent';
export { decodeEvent, frameOf } from './events/decode';
export { encodeEvent } from './events/encode';
export { isInfrastructure, isTerminal } from './events/kinds';
export { events } from './stream/events';
export type { EventsOptions } from './stream/connection';

// Operators: events become what you came for.
export { accumulate } from './operators/accumulate';
export { collectRun } from './operators/collectRun';
export { failOnError, RunFailedError } from './operators/failOnError';
export { ofType } from './operators/ofType';
export { strict } from './operators/strict';
export { textOnly } from './operators/textOnly';
export { toolCalls } from './operators/toolCalls';
export type { RunFailure, RunMetrics, RunResult, ToolCall } from './operators/RunResult';

// Errors: everything the library throws.
export {
  ApiError,
  BufferOverflowError,
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  RunTimeoutError,
  StreamInterruptedError,
  UnansweredError,
  type ApiErrorKind,
  type Delivered,
} from './errors';
