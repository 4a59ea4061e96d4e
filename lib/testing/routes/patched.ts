import type { Body } from '../checked';

/** A record with those fields of a body that may be edited. */
export const patched = <T extends { readonly updated_at: string }>(
  record: T,
  body: Body,
  editable: readonly string[],
): T => ({
  ...record,
  ...Object.fromEntries(Object.entries(body).filter(([name]) => editable.includes(name))),
  updated_at: new Date().toISOString(),
});
