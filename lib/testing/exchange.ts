import type { IncomingMessage, ServerResponse } from 'node:http';
import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import type { Answer } from './Answer';
import type { AskedRequest } from './AskedRequest';
import { contentOf } from './contentOf';
import { errorAnswer } from './errorAnswer';
import { canned } from './faults/canned';
import { damage } from './faults/damage';
import type { FaultList } from './faults/faultList';
import { keptAlive } from './keptAlive';
import type { Line } from './Line';
import { readAsked, type Asked } from './readAsked';
import { redacted } from './redacted';
import type { Refusal } from './refusal';
import { respond } from './respond';
import { send } from './send';
import { target, type Target } from './target';
import type { World } from './World';

/** What a server does with each request. */
export interface Exchange {
  readonly world: World;
  readonly faults: FaultList;
  readonly note: (request: AskedRequest) => void;
  /** Milliseconds between the comments of a stream. */
  readonly keepAlive: number;
  /** Counts a stream as long as it is open. */
  readonly counted: MonoTypeOperatorFunction<Line>;
}

/** A step that may refuse, as an answer. */
const answered = (request_id: string, attempt: () => Answer): Answer => {
  try {
    return attempt();
  } catch (error) {
    const { status = 500, message, error_code } = error as Partial<Refusal> & Error;
    return errorAnswer({ status, message, error_code }, request_id);
  }
};

/** One request, from its arrival to its answer. */
export const exchange = async (
  { world, faults, note, keepAlive, counted }: Exchange,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const request_id = world.token('req');
  const asked = await readAsked(request);
  const goal = targetOf(asked, world);
  const route = goal?.found?.name;
  note({
    method: asked.method,
    path: asked.url,
    route,
    headers: redacted(asked.headers),
    ...shown(asked, route?.endsWith('WithFiles') === true),
  });

  const fault = faults.take(route);
  if (fault?.reset === 'before-handling') return void response.socket?.destroy();
  const { status } = fault ?? {};
  const answer = answered(request_id, () =>
    status === undefined
      ? respond(world, asked, goal ?? target(asked, world))
      : canned(fault!, status, request_id),
  );
  if (fault?.reset === 'before-headers') return void response.socket?.destroy();
  const { stream } = answer;
  const { 'content-length': _, ...others } = answer.headers;
  send(response, {
    ...answer,
    // A damaged body is as long as it is.
    headers: { ...(fault ? others : answer.headers), 'x-request-id': request_id },
    body: answer.body.pipe(
      stream ? keptAlive(keepAlive) : identity,
      damage(fault),
      stream ? counted : identity,
    ),
  });
};

const targetOf = (asked: Asked, world: World): Target | undefined => {
  try {
    return target(asked, world);
  } catch {
    return undefined;
  }
};

const shown = (asked: Asked, withFiles: boolean): Pick<AskedRequest, 'body' | 'files'> => {
  try {
    const { body, files } = contentOf(asked, withFiles);
    return { body, files: files.map(({ name }) => name) };
  } catch {
    return { body: asked.bytes.toString(), files: [] };
  }
};
