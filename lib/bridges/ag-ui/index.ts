/** The door `m8tes-rx/ag-ui`: a relay's runs, for clients of AG-UI 1.0. */
export { agUi, type AgUiOptions } from './agUi';
