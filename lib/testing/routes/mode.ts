import type { Body } from '../checked';
import { refusal } from '../refusal';
import type { PermissionMode } from '../Run';

/** Whether people may be asked, and about what. */
export interface Mode {
  readonly permission_mode: PermissionMode;
  readonly human_in_the_loop: boolean;
}

/** "`plan` or `approval` without `human_in_the_loop: true`: 422." [wire §7] */
export const mode = (
  body: Body,
  given: Mode = { permission_mode: 'autonomous', human_in_the_loop: false },
): Mode => {
  const { permission_mode, human_in_the_loop }: Mode = { ...given, ...body };
  if (permission_mode !== 'autonomous' && !human_in_the_loop) {
    throw refusal(422, `permission_mode: ${permission_mode} needs human_in_the_loop: true`);
  }
  return { permission_mode, human_in_the_loop };
};
