import * as t from 'io-ts';
import { record } from '../events/record';

/** The permission mode a run has now. */
export const PermissionModeChange = record({ permission_mode: t.string }, 'a permission mode');
export type PermissionModeChange = t.TypeOf<typeof PermissionModeChange>;
