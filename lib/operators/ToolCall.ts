/** A tool call of a run, as far as it has come. */
export interface ToolCall {
  /** Empty when the server gave none; calls without an id are one call. */
  readonly toolCallId: string;
  /** Empty until it is known. */
  readonly toolName: string;
  /** The arguments' JSON text, as far as it has arrived: parse it once the call is completed. */
  readonly args: string;
  /** Any JSON. The deltas joined where the server gave no whole; undefined until either came. */
  readonly result: unknown;
  readonly todos: readonly { readonly [field: string]: unknown }[];
  /** Whether the call's result has ended. */
  readonly completed: boolean;
}
