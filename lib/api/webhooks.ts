import type { TypeOf } from 'io-ts';
import type { Observable } from 'rxjs';
import { flag, list, needed, number, record, text } from '../events/record';
import type { WebhookKind } from '../events/webhooks';
import type { Api } from './Api';
import { calls } from './calls';
import { check, parameter, type Parameters } from './check';
import { oneOf, type OneOf } from './objects';
import { AbortOptions } from './options';
import { PageParams } from './params';
import { resource, type Resource } from './resource';
import { get } from './verbs';

/** A URL of yours that is told what becomes of runs. [wire §6, §8] */
export const WebhookEndpoint = record(
  {
    id: needed(number),
    url: text,
    events: list(oneOf<WebhookKind>()),
    /** What its webhooks are signed with: whole only when it is made or rotated, and masked later. */
    secret: text,
    active: flag,
    created_at: text,
  },
  'a webhook endpoint',
);
export interface WebhookEndpoint extends TypeOf<typeof WebhookEndpoint> {}

/** What became of telling an endpoint of an event. [wire §8] */
export const WebhookDelivery = record(
  {
    id: needed(number),
    webhook_endpoint_id: number,
    event_type: oneOf<WebhookKind>(),
    /** The `Webhook-Id` that the endpoint sees, the same each time. */
    event_id: text,
    run_id: number,
    status: oneOf<'pending' | 'success' | 'failed'>(),
    response_status_code: number,
    attempts: number,
    next_retry_at: text,
    created_at: text,
  },
  'a webhook delivery',
);
export interface WebhookDelivery extends TypeOf<typeof WebhookDelivery> {}

/** What a new webhook endpoint takes. */
export interface WebhookParams {
  readonly url: string;
  /** What it is told of. */
  readonly events?: readonly OneOf<WebhookKind>[] | undefined;
  readonly active?: boolean | undefined;
}

export const WebhookParams: Parameters<WebhookParams> = {
  url: parameter.text,
  events: parameter.texts,
  active: parameter.flag,
};

/** What may be changed of a webhook endpoint. */
export interface WebhookChanges extends Partial<WebhookParams> {
  /** Makes a new secret, and tells it in the answer. */
  readonly rotate_secret?: boolean | undefined;
}

export const WebhookChanges: Parameters<WebhookChanges> = {
  ...WebhookParams,
  rotate_secret: parameter.flag,
};

/** Webhook endpoints. They are the account's: no call takes a `user_id`. */
export interface Webhooks extends Resource<
  WebhookEndpoint,
  WebhookParams,
  WebhookChanges,
  PageParams,
  AbortOptions
> {
  /** What an endpoint was told, newest first, and what became of it. */
  deliveries(id: number, params?: PageParams, options?: AbortOptions): Observable<WebhookDelivery>;
}

/** The routes of webhook endpoints. [wire §8] */
export const createWebhooks = (api: Pick<Api, 'send' | 'limits'>): Webhooks => {
  const { calls: shared, of } = resource<
    WebhookEndpoint,
    WebhookParams,
    WebhookChanges,
    PageParams
  >(api, {
    at: '/webhooks/',
    id: 'webhookId',
    item: WebhookEndpoint,
    params: WebhookParams,
    required: ['url'],
    changes: WebhookChanges,
    filters: PageParams,
    options: AbortOptions,
  });
  return {
    ...shared,
    deliveries: (id, params = {}, options = {}) =>
      calls(api).list(
        WebhookDelivery,
        options,
        () => check(PageParams, params),
        (query) => get(`${of(id)}/deliveries`, { ...query }),
      ),
  };
};
