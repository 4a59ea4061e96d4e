import type { PermissionRequest } from './PermissionRequest';
import { questions } from './questions';

/** "A question with header `Plan Approval` is a plan to approve." [wire §4] */
export const isPlanApproval = (request: PermissionRequest): boolean =>
  questions(request).some(({ header }) => header === 'Plan Approval');
