/**
 * The door `m8tes-rx/testing`: the API without the API. Runs, a server, faults, cassettes, a log's contract.
 *
 * @module m8tes-rx/testing
 */
export { approval, plan, question, together } from './asks';
export type { Asking, PlanDecision, QuestionAsk } from './asks';
export { cassette } from './cassettes/cassette';
export type { CassetteMode, CassetteOptions } from './cassettes/cassette';
export { cassetteOf } from './cassettes/cassetteOf';
export type { CassetteOfOptions } from './cassettes/cassetteOf';
export { record } from './cassettes/record';
export type { Cassette, FetchLike, RecordOptions } from './cassettes/record';
export { recordedRun } from './cassettes/recordedRun';
export type { RecordedRunOptions } from './cassettes/recordedRun';
export type { Redact, Redacted } from './cassettes/redact';
export { replay } from './cassettes/replay';
export type { Replay, ReplayOptions } from './cassettes/replay';
export type { PlayOptions } from './cassettes/tape';
export type { ReceivedRequest } from './exchange';
export {
  aTask,
  aTrigger,
  aWebhookDelivery,
  aWebhookEndpoint,
  aWebhookEvent,
  anAgent,
} from './factories/agents';
export type { WebhookBody } from './factories/agents';
export {
  aPermissionRequest,
  aPlan,
  aQuestion,
  aRun,
  aRunCheck,
  aRunFile,
  aRunMessage,
  aRunOutcome,
  aShare,
  anError,
} from './factories/runs';
export { fakeApi } from './fakeApi';
export type { FakeApi } from './fakeApi';
export { fakeFetch } from './fakeFetch';
export type { FakeFetch, FakeFetchOptions } from './fakeFetch';
export { fakeRun } from './fakeRun';
export type { MarbleValues } from './fakeRun';
export type { Cut, Fault } from './faults';
export { letters } from './letters';
export type { LocalApi, LocalApiOptions } from './LocalApi';
export { localServer } from './localServer';
export type { LocalServer, LocalServerOptions } from './localServer';
export type { LogUnderTest, MakeLog, TestRunner } from './log/Contract';
export { logContract, type LogContractOptions } from './logContract';
export { marbles } from './marbles';
export type { MarbleHelpers } from './marbles';
export type { Receiver } from './posting';
export type { PermissionMode, PermissionRecord, RunRecord, UsageRecord } from './records';
export { resplit } from './resplit';
export { localRoutes } from './routes/routes';
export type { LocalRoute, RouteName } from './routes/routes';
export { run } from './run';
export type { Asked, RunBuilder, RunOptions } from './run';
export type { Ask, Frame, Script, Step, Turn, Verdict } from './Script';
export type { Scripted } from './scripted';
export { assistant, sample } from './scripts';
export { signWebhook } from './signWebhook';
export type { SignedWebhook, SignWebhookOptions } from './signWebhook';
export {
  block,
  cut,
  done,
  fail,
  failingTool,
  file,
  forever,
  metrics,
  output,
  raw,
  slowTool,
  text,
  thinking,
  tool,
  wait,
  words,
} from './steps';
export type { FailingTool, ToolUse } from './steps';
