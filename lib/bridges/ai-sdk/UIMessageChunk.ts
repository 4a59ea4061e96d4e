/**
 * The chunks of the AI SDK's UI message stream, those of them that a run needs. A type that a client
 * does not know, or a field of the wrong type, is the end of its whole chat.
 *
 * @see https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol
 */

/** A tool call, as its chunks name it: not declared in the page, and executed by the run. */
interface Call {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly dynamic: true;
  /** False of what the page answers itself: `ask`. */
  readonly providerExecuted: boolean;
  /** What to call it on a screen. */
  readonly title?: string;
}

/** A part of the page's own kind. One with the same type and id takes the place of an earlier one. */
export interface DataChunk {
  readonly type: `data-${string}`;
  readonly id?: string;
  readonly data: unknown;
  /** Told in passing, and not kept in the message. */
  readonly transient?: boolean;
}

/** Why a message ended, or a segment of it. */
export type FinishReason =
  | 'stop'
  | 'length'
  | 'content-filter'
  | 'tool-calls' // people are asked
  | 'error'
  | 'other';

/** A chunk of a UI message stream. */
export type UIMessageChunk =
  | {
      readonly type: 'start';
      readonly messageId: string;
      readonly messageMetadata: { readonly run_id?: number };
    }
  | { readonly type: 'start-step' | 'finish-step' | 'reset-step' }
  | { readonly type: 'finish'; readonly finishReason: FinishReason }
  | { readonly type: 'abort'; readonly reason?: string }
  | { readonly type: 'error'; readonly errorText: string }
  | {
      readonly type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end';
      readonly id: string;
    }
  | {
      readonly type: 'text-delta' | 'reasoning-delta';
      readonly id: string;
      readonly delta: string;
    }
  | ({ readonly type: 'tool-input-start' } & Call)
  | {
      readonly type: 'tool-input-delta';
      readonly toolCallId: string;
      readonly inputTextDelta: string;
    }
  | ({ readonly type: 'tool-input-available'; readonly input: unknown } & Call)
  | ({
      readonly type: 'tool-input-error';
      readonly input: unknown;
      readonly errorText: string;
    } & Call)
  | {
      readonly type: 'tool-approval-request';
      readonly approvalId: string;
      readonly toolCallId: string;
      /** What a consent screen shows of it. */
      readonly approvalDescriptor?: unknown;
      /** What allowing it leads to. */
      readonly reason?: string;
    }
  | {
      readonly type: 'tool-approval-response';
      readonly approvalId: string;
      readonly approved: boolean;
    }
  | {
      readonly type: 'tool-output-available';
      readonly toolCallId: string;
      readonly output: unknown;
    }
  | {
      readonly type: 'tool-output-error';
      readonly toolCallId: string;
      readonly errorText: string;
    }
  | { readonly type: 'tool-output-denied'; readonly toolCallId: string }
  | {
      readonly type: 'source-url';
      readonly sourceId: string;
      readonly url: string;
      readonly title?: string;
    }
  | DataChunk;
