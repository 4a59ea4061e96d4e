import { concatMap, defer, map, of, tap, type Observable } from 'rxjs';
import type { CreateParams, ReplyParams } from '../api/params';
import type { Run } from '../api/objects';
import { boundKey, refusal, type Action, type Grant } from './admission';
import { answering, soon } from './answering';
import type { Chunk } from './chunks';
import { readCursor } from './cursor';
import type { Exposed } from './expose';
import { answered, refusedBy } from './refusals';
import { readParams } from './readParams';
import { records, type Call } from './records';
import type { CreateRelayOptions } from './CreateRelayOptions';
import { streaming } from './streaming';
import type { Opened, Viewers } from './viewers';
import type { WatchOptions } from './watch';

/** What the handler answers with. */
export interface Handling {
  readonly client: CreateRelayOptions['client'];
  readonly viewers: Viewers;
  readonly admit: (request: Request, action: Action) => Observable<Grant>;
  readonly exposed: Exposed;
  readonly chunk: Chunk;
  readonly accept: readonly string[];
  readonly keep: boolean;
  readonly keepAlive: number;
}

/** Tells a native `EventSource`, which sees no headers, that the run is told from its beginning. */
const RESET = 'event: reset\ndata: {}\n\n';

/** That a cursor was honoured: what comes is what follows it. A page of another origin may see it. */
const resumed = (id: string) => ({
  'm8tes-resumed': id,
  'access-control-expose-headers': 'm8tes-resumed',
});

/** What of a reply's parameters the server may decide, or leave to the page. */
const REPLYING = ['tools', 'task_setup_tools', 'feedback'] as const;

const pick = (params: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(params).filter(([name]) => names.includes(name)));

/** The routes of the API that the relay has, and what each is to `authorize`. [wire §1 Routes] */
const actions: { readonly [route: string]: Action['name'] } = {
  'POST runs': 'create',
  'GET runs': 'list',
  'POST reply': 'reply',
  'GET stream': 'watch',
  'GET run': 'read',
  'GET permissions': 'read',
  'POST approve': 'decide',
  'POST answer': 'decide',
  'POST cancel': 'stop',
  'POST retry': 'retry',
};

/** `…/runs/`, `…/runs/123`, `…/runs/123/stream`, below whatever the handler is mounted at. */
const routeOf = ({ method, url }: Request): { route: string; run_id: number } => {
  const [, id, what] = /\/runs(?:\/([1-9]\d{0,14})(?:\/([a-z]+))?)?\/?$/.exec(
    new URL(url).pathname,
  ) ?? ['', '', 'nothing'];
  return {
    route: `${method} ${what ?? (id === undefined ? 'runs' : 'run')}`,
    run_id: Number(id ?? 0),
  };
};

/**
 * The relay as a server of the API's own protocol, a part of it and without a key: Request →
 * Response, as Hono, Next.js, Deno, Bun and workers have it. [wire §1]
 */
export const handler = ({
  client: { runs },
  viewers,
  admit,
  exposed,
  chunk,
  accept,
  keep,
  keepAlive,
}: Handling): ((request: Request) => Promise<Response>) => {
  /** The stream of a run, as soon as it is known that there is one. */
  const view = (
    { signal }: Request,
    opened: Observable<Opened>,
    from: WatchOptions = {},
    more: { readonly first?: string; readonly headers?: { readonly [name: string]: string } } = {},
  ): Observable<Response> => {
    return soon(opened, (run) =>
      streaming({
        told: (ready) => run.pipe(concatMap(({ told }) => told({ ...from, ready }))),
        ...{ chunk, keepAlive, signal, ...more },
      }),
    );
  };

  /** A run that was begun without a stream. */
  const onBegun = (run_id: number, { params = {} }: Grant): void => {
    if (keep) viewers.stay(run_id, { user_id: params.user_id });
  };

  /** A turn: its stream, or with `stream: false` the run to poll. */
  const turn = (
    { request, params, grant }: Call,
    open: (key: string) => Observable<Opened>,
    quiet: (key: string) => Observable<Run>,
  ): Observable<Response> =>
    defer(() => boundKey(grant.owner, request.headers.get('idempotency-key'))).pipe(
      concatMap((key) =>
        params['stream'] === false
          ? quiet(key).pipe(map((run) => answered(exposed.run(run))))
          : view(request, open(key)),
      ),
    );

  const create = (call: Call): Observable<Response> => {
    const { params, grant } = call;
    const asked = { ...pick(params, ['message', ...accept]), ...grant.params } as CreateParams;
    return turn(
      call,
      (idempotencyKey) =>
        viewers.start(
          runs.create({ ...asked, stream: true }, { idempotencyKey, onUnsubscribe: 'detach' }),
          { keep, user_id: grant.params?.user_id },
        ),
      (idempotencyKey) =>
        runs
          .create({ ...asked, stream: false }, { idempotencyKey })
          .pipe(tap(({ id }) => onBegun(id, grant))),
    );
  };

  const reply = (call: Call): Observable<Response> => {
    const { run_id, params, grant } = call;
    const chosen = REPLYING.filter((name) => accept.includes(name));
    const asked = {
      ...pick(params, ['message', ...chosen]),
      ...pick(grant.params ?? {}, REPLYING),
    } as ReplyParams;
    return turn(
      call,
      (idempotencyKey) =>
        viewers.reply(
          run_id,
          runs.reply(
            run_id,
            { ...asked, stream: true },
            { idempotencyKey, onUnsubscribe: 'detach' },
          ),
          idempotencyKey,
          { keep, user_id: grant.params?.user_id },
        ),
      (idempotencyKey) => runs.reply(run_id, { ...asked, stream: false }, { idempotencyKey }),
    );
  };

  const stream = ({ request, run_id, grant }: Call): Observable<Response> => {
    const id = request.headers.get('last-event-id');
    const opened = viewers.existing(run_id, { user_id: grant.params?.user_id });
    if (id === null || id === '') return view(request, opened);
    return viewers.resuming(run_id, readCursor(id)).pipe(
      concatMap((from) => {
        if (from === undefined) return view(request, opened, {}, { first: RESET });
        if (from.end === undefined) return view(request, opened, from, { headers: resumed(id) });
        // "A native EventSource that comes back after it gets `204`", and comes back no more. What
        // could not be kept to its end has no stream any more, as a run of the API that has ended.
        return from.end === 'ended'
          ? of(new Response(null, { status: 204 }))
          : of(refusedBy(refusal('conflict')));
      }),
    );
  };

  const answers: { readonly [route: string]: (call: Call) => Observable<Response> } = {
    'POST runs': create,
    'POST reply': reply,
    'GET stream': stream,
    ...records(runs, exposed, onBegun),
  };

  return answering((request) => {
    const { route, run_id } = routeOf(request);
    const name = actions[route];
    const answer = answers[route];
    if (name === undefined || answer === undefined) throw refusal('missing');
    return defer(() => readParams(request)).pipe(
      concatMap((params) => {
        const action = { name, params, ...(run_id > 0 && { run_id }) };
        return admit(request, action).pipe(
          concatMap((grant) => answer({ request, run_id, params, grant })),
        );
      }),
    );
  });
};
