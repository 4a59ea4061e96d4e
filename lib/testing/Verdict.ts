/** What people decided about one ask. */
export interface Verdict {
  readonly decision: 'allow' | 'deny';
  readonly remember: boolean;
  readonly reason?: string | undefined;
  /** To a question: its text → the label that was chosen. */
  readonly answers: { readonly [question: string]: string };
}
