import type { Parameters } from './check';
import { parameter } from './parameter';

/** What the teammate may do unasked. */
export type PermissionMode = 'autonomous' | 'approval' | 'plan';

/** What a run of a saved task takes; names and meanings are the API's. [wire §1] */
export interface TaskRunParams {
  /** `false` gives the run's record at once, to poll; the run goes on in the background. Default `true`. */
  readonly stream?: boolean | undefined;
  /** The teammate that works; without one, one is found or made. */
  readonly teammate_id?: number | undefined;
  /** Your own user on whose behalf the run works. */
  readonly user_id?: string | undefined;
  /** Comes back as it was sent. */
  readonly metadata?: { readonly [name: string]: unknown } | undefined;
  readonly memory?: boolean | undefined;
  readonly history?: boolean | undefined;
  readonly task_setup_tools?: boolean | undefined;
  readonly feedback?: boolean | undefined;
  /** Lets the run stop and ask; needed for any permission mode but `autonomous`. */
  readonly human_in_the_loop?: boolean | undefined;
  readonly permission_mode?: PermissionMode | undefined;
  readonly model?: string | undefined;
  readonly effort?: string | undefined;
  /** Gives the run an e-mail address of its own. */
  readonly email_inbox?: boolean | undefined;
}

const { text, flag, id, object, oneOf } = parameter;

/** The codec of each, checked before anything is sent. */
export const TaskRunParams: Parameters<TaskRunParams> = {
  stream: flag,
  teammate_id: id,
  user_id: text,
  metadata: object,
  memory: flag,
  history: flag,
  task_setup_tools: flag,
  feedback: flag,
  human_in_the_loop: flag,
  permission_mode: oneOf('autonomous', 'approval', 'plan'),
  model: text,
  effort: text,
  email_inbox: flag,
};
