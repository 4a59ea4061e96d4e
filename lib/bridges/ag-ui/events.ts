/**
 * The events of AG-UI 1.0 that a run is told in, as far as they are sent. Where the protocol lets a
 * field be absent, it is absent here and never null: null is an error of the whole run there.
 *
 * @see https://docs.ag-ui.com/spec/1.0
 */

/** Text of one message of the run. */
export type TextEvent =
  | {
      readonly type: 'TEXT_MESSAGE_START';
      readonly messageId: string;
      readonly role: 'assistant';
    }
  | {
      readonly type: 'TEXT_MESSAGE_CONTENT';
      readonly messageId: string;
      readonly delta: string;
    }
  | { readonly type: 'TEXT_MESSAGE_END'; readonly messageId: string };

/** What the run thinks: a span, and the one message in it. */
export type ReasoningEvent =
  | { readonly type: 'REASONING_START' | 'REASONING_END'; readonly messageId: string }
  | {
      readonly type: 'REASONING_MESSAGE_START';
      readonly messageId: string;
      readonly role: 'reasoning';
    }
  | {
      readonly type: 'REASONING_MESSAGE_CONTENT';
      readonly messageId: string;
      readonly delta: string;
    }
  | { readonly type: 'REASONING_MESSAGE_END'; readonly messageId: string };

/** A tool that the run calls, and what came of it. */
export type ToolCallEvent =
  | {
      readonly type: 'TOOL_CALL_START';
      readonly toolCallId: string;
      readonly toolCallName: string;
    }
  | { readonly type: 'TOOL_CALL_ARGS'; readonly toolCallId: string; readonly delta: string }
  | { readonly type: 'TOOL_CALL_END'; readonly toolCallId: string }
  | {
      readonly type: 'TOOL_CALL_RESULT';
      readonly messageId: string;
      readonly toolCallId: string;
      readonly content: string;
      readonly role: 'tool';
    };

/** What the run is at, beside what it says: its list of things to do, its plan. */
export type ActivityEvent =
  | {
      readonly type: 'ACTIVITY_SNAPSHOT';
      readonly messageId: string;
      readonly activityType: string;
      readonly content: { readonly [field: string]: unknown };
    }
  | {
      readonly type: 'ACTIVITY_DELTA';
      readonly messageId: string;
      readonly activityType: string;
      /** JSON Patch, RFC 6902. */
      readonly patch: readonly {
        readonly op: 'add';
        readonly path: string;
        readonly value: unknown;
      }[];
    };

/** A message as the client keeps it. Only what identifies one is read. */
export interface AgUiMessage {
  readonly id: string;
  readonly role: string;
  readonly content?: unknown;
}

/** Something that people are asked. A resume entry answers it by its id. */
export interface Interrupt {
  readonly id: string;
  /** `tool_call`: a tool that wants to be allowed; `input_required`: a question; `confirmation`: a plan. */
  readonly reason: string;
  readonly message?: string;
  readonly toolCallId?: string;
  /** JSON Schema of what a resume entry brings as its `payload`. */
  readonly responseSchema?: { readonly [keyword: string]: unknown };
  /** ISO 8601. */
  readonly expiresAt?: string;
  readonly metadata?: { readonly [field: string]: unknown };
}

/** Tokens of a run. Those of a cache are part of the input. */
export interface TokenUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteInputTokens?: number;
}

/** How a run of AG-UI ended that did not fail. */
export type Outcome =
  | { readonly type: 'success' }
  | { readonly type: 'interrupt'; readonly interrupts: readonly Interrupt[] }
  | { readonly type: 'cancelled' };

/** Where a run of AG-UI begins and ends: one segment of a turn of ours. */
export type LifecycleEvent =
  | {
      readonly type: 'RUN_STARTED';
      readonly threadId: string;
      readonly runId: string;
      readonly protocolVersion: '1.0';
    }
  | {
      readonly type: 'RUN_FINISHED';
      readonly threadId: string;
      readonly runId: string;
      readonly outcome: Outcome;
      readonly result?: { readonly [field: string]: unknown };
      readonly usage?: readonly TokenUsage[];
    }
  | {
      readonly type: 'RUN_ERROR';
      readonly message: string;
      readonly code?: string;
      readonly usage?: readonly TokenUsage[];
    };

/** An event of AG-UI. */
export type AgUiEvent =
  | LifecycleEvent
  | TextEvent
  | ReasoningEvent
  | ToolCallEvent
  | ActivityEvent
  | { readonly type: 'MESSAGES_SNAPSHOT'; readonly messages: readonly AgUiMessage[] }
  | { readonly type: 'CUSTOM'; readonly name: string; readonly value: unknown }
  | { readonly type: 'RAW'; readonly event: unknown; readonly source: string };

/** Takes the next event. */
export type Say = (event: AgUiEvent) => void;
