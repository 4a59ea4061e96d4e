import { bytesAnswer } from '../bytesAnswer';
import type { Route } from '../Call';
import { emptyAnswer } from '../emptyAnswer';
import { jsonAnswer } from '../jsonAnswer';
import { refusal } from '../refusal';
import { change } from '../runs/change';
import { answer } from './answer';
import { approve } from './approve';
import { cancelRun } from './cancelRun';
import { checkRuns } from './checkRuns';
import { createRun } from './createRun';
import { findRun } from './findRun';
import { joinRun } from './joinRun';
import { listRuns } from './listRuns';
import { messages } from './messages';
import { outcome } from './outcome';
import { permissionMode } from './permissionMode';
import { replyToRun } from './replyToRun';
import { retryRun } from './retryRun';
import { share } from './share';

const RUN = '/runs/{run_id}';

/** Runs. "Only these POSTs are idempotent." [wire §1 Routes, §2] */
export const runRoutes = {
  create: { method: 'POST', path: '/runs/', idempotent: true, handle: createRun },
  createWithFiles: {
    method: 'POST',
    path: '/runs/with-files',
    idempotent: true,
    handle: createRun,
  },
  list: { method: 'GET', path: '/runs/', handle: listRuns },
  check: { method: 'GET', path: '/runs/check', handle: checkRuns },
  get: { method: 'GET', path: RUN, handle: (call) => jsonAnswer(findRun(call).record) },
  reply: { method: 'POST', path: `${RUN}/reply`, idempotent: true, handle: replyToRun },
  replyWithFiles: {
    method: 'POST',
    path: `${RUN}/reply/with-files`,
    idempotent: true,
    handle: replyToRun,
  },
  join: { method: 'GET', path: `${RUN}/stream`, handle: joinRun },
  cancel: { method: 'POST', path: `${RUN}/cancel`, handle: cancelRun },
  retry: { method: 'POST', path: `${RUN}/retry`, handle: retryRun },
  archive: {
    method: 'POST',
    path: `${RUN}/archive`,
    handle: (call) => {
      const held = findRun(call);
      if (held.record.archived_at === null) change(held, { archived_at: new Date().toISOString() });
      return jsonAnswer(held.record);
    },
  },
  view: {
    method: 'POST',
    path: `${RUN}/view`,
    handle: (call) => {
      const held = findRun(call);
      held.record = { ...held.record, last_viewed_at: new Date().toISOString() };
      return jsonAnswer(held.record);
    },
  },
  outcome: { method: 'GET', path: `${RUN}/outcome`, handle: outcome },
  messages: { method: 'GET', path: `${RUN}/messages`, handle: messages },
  permissions: {
    method: 'GET',
    path: `${RUN}/permissions`,
    handle: (call) => jsonAnswer(findRun(call).gates.map(({ request }) => request)),
  },
  approve: { method: 'POST', path: `${RUN}/approve`, handle: approve },
  answer: { method: 'POST', path: `${RUN}/answer`, handle: answer },
  permissionMode: { method: 'PATCH', path: `${RUN}/permission-mode`, handle: permissionMode },
  files: {
    method: 'GET',
    path: `${RUN}/files`,
    handle: (call) =>
      jsonAnswer(
        [...findRun(call).files.values()].map(({ name, bytes }) => ({ name, size: bytes.length })),
      ),
  },
  download: {
    method: 'GET',
    path: `${RUN}/files/{name}/download`,
    handle: (call) => {
      const file = findRun(call).files.get(call.params['name'] ?? '');
      if (file === undefined) throw refusal(404, 'File not found', 'file_not_found');
      return bytesAnswer(file.bytes, file.type);
    },
  },
  share: { method: 'POST', path: `${RUN}/share`, handle: share },
  unshare: {
    method: 'DELETE',
    path: `${RUN}/share`,
    handle: (call) => {
      findRun(call).share_token = undefined;
      return emptyAnswer;
    },
  },
} as const satisfies { readonly [name: string]: Route };
