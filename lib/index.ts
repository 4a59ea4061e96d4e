/**
 * The door `m8tes-rx`: the client, operators, events, errors.
 *
 * @module m8tes-rx
 */
export { createClient, type Client } from './client';
export type {
  ClientOptions,
  LogEntry,
  ResumeOptions,
  RetryOptions,
  TimeoutOptions,
} from './api/ClientOptions';
export type { Fetch } from './http/fetching';
export type { Transport, TransportRequest, TransportResponse } from './http/Transport';
export type { ConnectionState } from './stream/Healing';
export { toAsyncIterable, type AsyncIterableOptions } from './toAsyncIterable';

// What runs stand on: agents, tasks and their triggers, webhook endpoints.
export type { Agent, AgentChanges, AgentListParams, AgentParams, Agents } from './api/agents';
export type { Task, TaskChanges, TaskListParams, TaskParams, Tasks } from './api/tasks';
export type { Trigger, TriggerChanges, TriggerParams, Triggers, TriggerType } from './api/triggers';
export type {
  WebhookChanges,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookParams,
  Webhooks,
} from './api/webhooks';
export type { WebhookKind } from './events/webhooks';

// Runs: what calls take, and what they give.
export type { Runs } from './api/Runs';
export type {
  Answer,
  Approval,
  CreateParams,
  ListParams,
  PageParams,
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
  TextOptions,
  UserOptions,
  WaitOptions,
} from './api/options';
export {
  isOver,
  type Answered,
  type OneOf,
  type PermissionModeChange,
  type PermissionRequest,
  type Run,
  type RunCheck,
  type RunEnding,
  type RunFile,
  type RunMessage,
  type RunOutcome,
  type RunStatus,
  type Share,
  type Usage,
} from './api/objects';

export { standard } from './api/standard';
export type { Asking, RunWith } from './api/structured';
export type { Codec, Output, StandardSchema } from './api/Output';

// People in the loop.
export { isPlanApproval, planText, questions, type Question } from './api/questions';
export { respond } from './api/respond';
export type { Decision, Eventually, Handlers, Reply } from './api/Handlers';

// Budgets and traces: what a run may take, and what is noted of it.
export { budget, BudgetError, type Budget } from './api/budget';
export { traced, type TracedOptions } from './api/traced';
export type { SpanAttributes, SpanTracer, TraceSpan } from './api/spans';

// Events: what a run tells while it works.
export type {
  EventOf,
  EventType,
  EventWith,
  MalformedEvent,
  OutputEvent,
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
export type {
  ResultOf,
  ResultWith,
  RunFailure,
  RunMetrics,
  RunResult,
  ToolCall,
} from './operators/RunResult';

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
  type ApiErrorDetails,
  type ApiErrorKind,
  type Delivered,
  type Interruption,
  type Overspending,
} from './errors';
