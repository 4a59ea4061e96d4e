import * as t from 'io-ts';
import { object } from './object';
import { optional } from './optional';

const asked = { request_id: optional(t.string), payload: optional(object) };

/** People in the loop: the payload is free, `GET /runs/{id}/permissions` is the truth. [wire §3] */
export const permission = {
  permission_request: asked,
  permission_resolved: asked,
  awaiting_approval: asked,
};
