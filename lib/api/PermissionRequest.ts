import * as t from 'io-ts';
import { object } from '../events/object';
import { optional } from '../events/optional';
import { record } from '../events/record';

/**
 * What a run asks a person: to allow a tool, to answer a question, to approve a plan. [wire §4]
 *
 * Show `display_name` on a consent screen: `tool_name` is text the agent can influence.
 */
export const PermissionRequest = record(
  {
    request_id: t.string,
    tool_name: optional(t.string),
    tool_input: optional(object),
    /** `pending`, or how it was decided. */
    status: optional(t.string),
    tool_use_id: optional(t.string),
    /** What to call the tool on a consent screen. */
    display_name: optional(t.string),
    /** What allowing it leads to. */
    consequence: optional(t.string),
    /** Label and value, to show. */
    fields: optional(t.readonlyArray(t.unknown)),
    prose: optional(t.string),
    can_remember: optional(t.boolean),
    remember_default: optional(t.boolean),
    timeout_seconds: optional(t.number),
    auto_resolved: optional(t.boolean),
    resumed: optional(t.boolean),
    remembered: optional(t.boolean),
    created_at: optional(t.string),
    resolved_at: optional(t.string),
  },
  'a permission request',
);
export type PermissionRequest = t.TypeOf<typeof PermissionRequest>;
