import type { PermissionRequest } from '../api/objects';

/** A run waits for people. */
export interface Asking {
  readonly type: 'asking';
  readonly requests: readonly PermissionRequest[];
}
