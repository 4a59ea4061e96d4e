/** Who does the work; newer documentation calls it an agent. [wire §7] */
export interface Teammate {
  readonly id: number;
  readonly name: string;
  readonly instructions: string | null;
  readonly tools: readonly string[];
  readonly user_id: string | null;
  readonly metadata: { readonly [key: string]: unknown } | null;
  readonly status: 'enabled' | 'archived';
  readonly created_at: string;
  readonly updated_at: string;
}
