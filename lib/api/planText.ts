import type { PermissionRequest } from './PermissionRequest';
import { questions } from './questions';

/** The text of the plan that a request lays out for approval; undefined where it lays out none. */
export const planText = (request: PermissionRequest): string | undefined =>
  questions(request).find(({ header }) => header === 'Plan Approval')?.question;
