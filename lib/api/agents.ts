import type { TypeOf } from 'io-ts';
import type { Observable } from 'rxjs';
import { InvalidArgumentError } from '../errors';
import { flag, list, needed, number, object, record, text } from '../events/record';
import type { Api } from './Api';
import { orNull, parameter, type Parameters } from './check';
import { oneOf } from './objects';
import type { UserOptions } from './options';
import { PageParams, PermissionMode } from './params';
import { resource, type Resource } from './resource';

/** Who does the work; on the wire of runs and tasks its id is the `teammate_id`. [wire §8] */
export const Agent = record(
  {
    id: needed(number),
    name: text,
    instructions: text,
    tools: list(text),
    role: text,
    goals: text,
    user_id: text,
    metadata: object,
    default_permission_mode: oneOf<PermissionMode>(),
    status: oneOf<'enabled' | 'disabled' | 'archived'>(),
    model: text,
    effort: text,
    enable_memory: flag,
    enable_history: flag,
    enable_feedback: flag,
    created_at: text,
    updated_at: text,
    /** The run it is at, and how many there are. */
    active_run_id: number,
    active_run_count: number,
    last_active_at: text,
  },
  'an agent',
);
export interface Agent extends TypeOf<typeof Agent> {}

/** What may be changed of an agent. `null` takes back what was set: the default holds again. */
export interface AgentChanges {
  readonly name?: string | undefined;
  /** What it does, and how. */
  readonly instructions?: string | undefined;
  /** Names of the tools it may use. */
  readonly tools?: readonly string[] | undefined;
  readonly role?: string | undefined;
  readonly goals?: string | undefined;
  readonly metadata?: { readonly [name: string]: unknown } | undefined;
  readonly default_permission_mode?: PermissionMode | undefined;
  readonly model?: string | null | undefined;
  readonly effort?: string | null | undefined;
  readonly enable_memory?: boolean | null | undefined;
  readonly enable_history?: boolean | null | undefined;
  readonly enable_feedback?: boolean | null | undefined;
}

const { text: name, words, flag: toggle, texts, object: metadata } = parameter;

export const AgentChanges: Parameters<AgentChanges> = {
  name,
  instructions: words,
  tools: texts,
  role: words,
  goals: words,
  metadata,
  default_permission_mode: PermissionMode,
  model: orNull(name),
  effort: orNull(name),
  enable_memory: orNull(toggle),
  enable_history: orNull(toggle),
  enable_feedback: orNull(toggle),
};

/** What a new agent takes: a name, or a template that brings one. */
export interface AgentParams extends AgentChanges {
  /** Your own user whose agent it is; its runs are that user's. */
  readonly user_id?: string | undefined;
  /** The name of a template that says who it is. */
  readonly from_template?: string | undefined;
}

export const AgentParams: Parameters<AgentParams> = {
  ...AgentChanges,
  user_id: name,
  from_template: name,
};

/** Which agents are listed: archived ones are not. */
export interface AgentListParams extends PageParams {
  readonly user_id?: string | undefined;
}

export const AgentListParams: Parameters<AgentListParams> = { ...PageParams, user_id: name };

/** Agents: who does the work. */
export interface Agents extends Resource<Agent, AgentParams, AgentChanges, AgentListParams> {
  /** Archives it: it leaves the list, and stays readable by id. */
  delete(id: number, options?: UserOptions): Observable<never>;
  /** Lets it work again. */
  enable(id: number, options?: UserOptions): Observable<Agent>;
  /** Lets it rest: nothing starts it. */
  disable(id: number, options?: UserOptions): Observable<Agent>;
  /** Takes back that it was archived. */
  unarchive(id: number, options?: UserOptions): Observable<Agent>;
}

/** The routes of agents. [wire §8] */
export const createAgents = (api: Pick<Api, 'send' | 'limits'>): Agents => {
  const { act, calls } = resource<Agent, AgentParams, AgentChanges, AgentListParams>(api, {
    at: '/agents/',
    id: 'agentId',
    item: Agent,
    params: AgentParams,
    required: [],
    changes: AgentChanges,
    filters: AgentListParams,
    body: (params) => {
      if (params.name === undefined && params.from_template === undefined) {
        throw new InvalidArgumentError('name', 'is missing; give one, or from_template');
      }
      return params;
    },
  });
  return {
    ...calls,
    enable: act('enable'),
    disable: act('disable'),
    unarchive: act('unarchive'),
  };
};
