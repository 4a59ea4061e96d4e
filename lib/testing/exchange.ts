import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import { errorAnswer, keptAlive, type Answer, type Refusal } from './answers';
import { damage } from './damage';
import { canned, type FaultList } from './faults';
import type { Line } from './Line';
import { contentOf, readRequest, type Incoming } from './request';
import { respond, target, type Target } from './respond';
import type { RouteName } from './routes/routes';
import type { World } from './World';

/** A request as the server got it. The key is not in it. */
export interface ReceivedRequest {
  readonly method: string;
  /** As sent, with the query. */
  readonly path: string;
  readonly route: RouteName | undefined;
  /** `authorization` is cut down to the end of the key, enough to tell accounts apart. */
  readonly headers: { readonly [name: string]: string };
  /** The parsed JSON; of a form its `payload`, and its files by name. */
  readonly body: unknown;
  readonly files: readonly string[];
}

/** What a server does with each request. */
interface Exchange {
  readonly world: World;
  readonly faults: FaultList;
  readonly note: (request: ReceivedRequest) => void;
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
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const request_id = world.token('req');
  const request = await readRequest(incoming);
  const goal = targetOf(request, world);
  const route = goal?.found?.name;
  note({
    method: request.method,
    path: request.url,
    route,
    headers: redacted(request.headers),
    ...shown(request, route?.endsWith('WithFiles') === true),
  });

  const fault = faults.take(route);
  if (fault?.reset === 'before-handling') return void response.socket?.destroy();
  const { status } = fault ?? {};
  const answer = answered(request_id, () =>
    status === undefined
      ? respond(world, request, goal ?? target(request, world))
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

const targetOf = (request: Incoming, world: World): Target | undefined => {
  try {
    return target(request, world);
  } catch {
    return undefined;
  }
};

const shown = (request: Incoming, withFiles: boolean): Pick<ReceivedRequest, 'body' | 'files'> => {
  try {
    const { body, files } = contentOf(request, withFiles);
    return { body, files: files.map(({ name }) => name) };
  } catch {
    return { body: request.bytes.toString(), files: [] };
  }
};

/** Headers that may be shown: of a key, only its end, and of a short one nothing. */
const redacted = (headers: IncomingHttpHeaders): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const text = String(value);
      if (name !== 'authorization') return [name, text];
      return [name, text.length > 24 ? `…${text.slice(-4)}` : '…'];
    }),
  );

/** Sends an answer. A client that goes away stops the sending, never the run. */
const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, headers);
  response.flushHeaders();
  const subscription = body.subscribe({
    next: ({ bytes }) => void response.write(bytes),
    // What was written still goes out; then the socket is gone, and the body without its end.
    error: () => response.socket?.destroySoon(),
    complete: () => response.end(),
  });
  response.once('close', () => subscription.unsubscribe());
};
