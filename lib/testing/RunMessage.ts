/** One entry of a run's transcript. [wire §4] */
export interface RunMessage {
  readonly id: number;
  readonly run_id: number;
  readonly sequence: number;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly content_blocks: readonly { readonly type: 'text'; readonly text: string }[];
  readonly event_metadata: null;
  readonly created_at: string;
}
