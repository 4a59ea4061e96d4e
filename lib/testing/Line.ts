/** Some bytes of a body that belong together: in a stream one event with its blank line, or a comment. */
export interface Line {
  readonly bytes: Uint8Array;
  /** The frame it carries, where the script gave one. */
  readonly frame?: { readonly type: string; readonly [field: string]: unknown };
  /** A keepalive: not an event. */
  readonly comment?: true;
}
