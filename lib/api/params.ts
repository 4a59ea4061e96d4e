/** What calls take; names and meanings are the API's. Beside each, the codec of each of its parts. */
import { parameter, type Parameters } from './check';
import type { RunStatus } from './objects';

const { text, flag, id, limit, object, texts, list, oneOf } = parameter;

/** What the teammate may do unasked. */
export type PermissionMode = 'autonomous' | 'approval' | 'plan';
export const PermissionMode = oneOf('autonomous', 'approval', 'plan');

/** What a run of a saved task takes. [wire §1] */
export interface TaskRunParams {
  /** `false` gives the run's record at once, to poll; the run goes on in the background. Default `true`. */
  readonly stream?: boolean | undefined;
  /** The teammate that works; without one, one is found or made. */
  readonly teammate_id?: number | undefined;
  /** Another name of `teammate_id`: newer documents call a teammate an agent. */
  readonly agent_id?: number | undefined;
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

export const TaskRunParams: Parameters<TaskRunParams> = {
  stream: flag,
  teammate_id: id,
  agent_id: id,
  user_id: text,
  metadata: object,
  memory: flag,
  history: flag,
  task_setup_tools: flag,
  feedback: flag,
  human_in_the_loop: flag,
  permission_mode: PermissionMode,
  model: text,
  effort: text,
  email_inbox: flag,
};

/**
 * A file that goes with a message: a `File`, or anything with a name and its content. Without a
 * type it is sent as `application/octet-stream`: the API rejects an untyped part. [wire §1]
 */
export type Upload =
  | File
  | {
      readonly name: string;
      readonly content: Blob | Uint8Array<ArrayBuffer> | ArrayBuffer | string;
      /** Media type; a `Blob` brings its own. */
      readonly type?: string | undefined;
    };

/** What a new run takes. */
export interface CreateParams extends TaskRunParams {
  /** What the teammate is to do. */
  readonly message: string;
  /** Names of the tools it may use. */
  readonly tools?: readonly string[] | undefined;
  /** Files that go with the message. */
  readonly files?: readonly Upload[] | undefined;
  /** Makes a new teammate of this name. */
  readonly name?: string | undefined;
  readonly instructions?: string | undefined;
  /** JSON Schema of type object, without `$ref`: `output_data` will fit it. */
  readonly output_schema?: { readonly [keyword: string]: unknown } | undefined;
}

export const CreateParams: Parameters<CreateParams> = {
  ...TaskRunParams,
  message: text,
  tools: texts,
  files: list,
  name: text,
  instructions: text,
  output_schema: object,
};

/**
 * What a reply takes. A reply is always non-interactive: it enables no questions, no approval mode
 * and no plan mode, so it offers none. [wire §5]
 */
export interface ReplyParams {
  /** What comes next. */
  readonly message: string;
  readonly stream?: boolean | undefined;
  readonly tools?: readonly string[] | undefined;
  /** Files that go with the message. */
  readonly files?: readonly Upload[] | undefined;
  readonly task_setup_tools?: boolean | undefined;
  readonly feedback?: boolean | undefined;
}

export const ReplyParams: Parameters<ReplyParams> = {
  message: text,
  stream: flag,
  tools: texts,
  files: list,
  task_setup_tools: flag,
  feedback: flag,
};

/** Which part of a list is given, newest first. [wire §1 Lists] */
export interface PageParams {
  /** Items in a page, 1 to 100; the server's default is 20. */
  readonly limit?: number | undefined;
  /** The id of the last item seen. */
  readonly starting_after?: number | undefined;
}

export const PageParams: Parameters<PageParams> = { limit, starting_after: id };

/** Which runs are listed. [wire §7] */
export interface ListParams extends PageParams {
  readonly teammate_id?: number | undefined;
  /** Another name of `teammate_id`. */
  readonly agent_id?: number | undefined;
  readonly task_id?: number | undefined;
  readonly user_id?: string | undefined;
  readonly status?: RunStatus | undefined;
}

export const ListParams: Parameters<ListParams> = {
  teammate_id: id,
  agent_id: id,
  task_id: id,
  user_id: text,
  status: text, // a newer server may know more
  ...PageParams,
};

/** A decision on a tool. [wire §5] */
export interface Approval {
  readonly request_id: string;
  readonly decision: 'allow' | 'deny';
  /** Decide alike from now on. Default `false`. */
  readonly remember?: boolean | undefined;
  readonly reason?: string | undefined;
}

export const Approval: Parameters<Approval> = {
  request_id: text,
  decision: oneOf('allow', 'deny'),
  remember: flag,
  reason: text,
};

/** Answers to a question's texts. [wire §5] */
export interface Answer {
  readonly answers: { readonly [question: string]: string };
  /** Which request, where several are pending. */
  readonly request_id?: string | undefined;
}

export const Answer: Parameters<Answer> = { answers: object, request_id: text };
