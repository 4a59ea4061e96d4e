/**
 * The door `m8tes-rx/ag-ui`: a relay's runs, for clients of AG-UI 1.0. It needs nothing of Node.
 *
 * @module m8tes-rx/ag-ui
 */
export { agUi, type AgUiOptions } from './agUi';
export type {
  ActivityEvent,
  AgUiEvent,
  AgUiMessage,
  Interrupt,
  LifecycleEvent,
  Outcome,
  ReasoningEvent,
  TextEvent,
  TokenUsage,
  ToolCallEvent,
} from './events';
export { InvalidArgumentError } from '../../errors';
