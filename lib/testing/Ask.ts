/** Something the run asks of people; pending under `/permissions` until it is decided. [wire §5] */
export interface Ask {
  readonly tool_name: string;
  readonly tool_input: { readonly [field: string]: unknown };
  readonly display_name?: string | undefined;
  readonly consequence?: string | undefined;
  readonly fields?: readonly (readonly [label: string, value: string])[] | undefined;
  readonly prose?: string | undefined;
  readonly can_remember?: boolean | undefined;
  readonly timeout_seconds?: number | undefined;
  /**
   * What happened behind the caller's back by the time the decision comes in: the gate was
   * cancelled, another approver decided, or the run ended with the gate open.
   */
  readonly meanwhile?: 'cancelled' | 'allow' | 'deny' | 'ended' | undefined;
}
