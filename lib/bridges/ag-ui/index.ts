/** The door `m8tes-rx/ag-ui`: a relay's runs, for clients of AG-UI 1.0. It needs nothing of Node. */
export { agUi, type AgUiOptions } from './agUi';
export type { AgUiEvent, Interrupt, Outcome, TokenUsage } from './events';
export { InvalidArgumentError } from '../../errors';
