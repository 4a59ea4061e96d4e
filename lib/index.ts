export { createClient, type Client } from './client';
export type { ClientOptions } from './api/ClientOptions';
export type { ResumeOptions } from './api/ResumeOptions';
export type { RetryOptions } from './api/RetryOptions';
export type { TimeoutOptions } from './api/TimeoutOptions';
export type { LogEntry } from './api/LogEntry';
export type { Connection } from './stream/Healing';
export { toAsyncIterable, type AsyncIterableOptions } from './toAsyncIterable';

// Runs and tasks: what calls take, and what they give.
export type { Answer, Approval, MessagesOptions, RetryRunOptions, Runs } from './api/Runs';
export type { Tasks } from './api/Tasks';
export type { AbortOptions } from './api/AbortOptions';
export type { CallOptions } from './api/CallOptions';
export type { LeaveOptions } from './api/LeaveOptions';
export type { StreamOptions } from './api/StreamOptions';
export type { CreateParams } from './api/CreateParams';
export type { ReplyParams } from './api/ReplyParams';
export type { PermissionMode, TaskRunParams } from './api/TaskRunParams';
export type { ListParams } from './api/ListParams';
export type { PollOptions } from './api/PollOptions';
export type { UserOptions } from './api/UserOptions';
export type { Upload } from './api/Upload';
export type { Answered } from './api/Answered';
export type { PermissionModeChange } from './api/PermissionModeChange';
export type { PermissionRequest } from './api/PermissionRequest';
export type { Run } from './api/Run';
export type { Usage } from './api/Usage';
export type { RunCheck } from './api/RunCheck';
export type { RunFile } from './api/RunFile';
export type { RunMessage } from './api/RunMessage';
export type { RunOutcome } from './api/RunOutcome';
export type { Share } from './api/Share';
export { isOver } from './api/isOver';

// People in the loop.
export { isPlanApproval } from './api/isPlanApproval';
export { planText } from './api/planText';
export { questions, type Question } from './api/questions';
export { respond } from './api/respond';
export type { Decision, Eventually, Handlers, Reply } from './api/Handlers';
export type { StartAndWaitOptions, WaitOptions } from './api/WaitOptions';

// Events: what a run tells while it works.
export type { EventOf, EventType, MalformedEvent, RunEvent, UnknownEvent } from './events/RunEvent';
export { decode } from './events/decode';
export { encode } from './events/encode';
export { isInfrastructure } from './events/isInfrastructure';
export { isTerminal, type TerminalEvent } from './events/isTerminal';
export { events } from './stream/events';
export type { EventsOptions } from './stream/connection';

// Operators: events become what you came for.
export { accumulate } from './operators/accumulate';
export { collectRun } from './operators/collectRun';
export { failOnError } from './operators/failOnError';
export { ofType } from './operators/ofType';
export { strict } from './operators/strict';
export { textOnly } from './operators/textOnly';
export { toolCalls } from './operators/toolCalls';
export type { RunResult } from './operators/RunResult';
export type { ToolCall } from './operators/ToolCall';

// Errors: everything the library throws.
export {
  ApiError,
  BufferOverflowError,
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  RunFailedError,
  StreamInterruptedError,
  TimeoutError,
  UnansweredError,
  type ApiErrorKind,
  type Delivered,
} from './errors';
