import { requests } from '../../lib/api/requests';
import type { Request } from '../../lib/http/Request';

const message = 'hello';
const approval = { request_id: 'req', decision: 'allow' } as const;
const notes = [{ name: 'a.txt', content: 'a' }];

/** What each is to the server: whether a repeat is safe, by a key or by itself. */
const repeats: { readonly [route in keyof typeof requests]: readonly [Request, 'safe' | 'once'] } =
  {
    create: [requests.create({ message }, 'k'), 'safe'],
    reply: [requests.reply(7, { message }, 'k'), 'safe'],
    taskRun: [requests.taskRun(5, {}, 'k'), 'safe'],
    join: [requests.join(7), 'once'],
    get: [requests.get(7), 'safe'],
    list: [requests.list({}), 'safe'],
    check: [requests.check(), 'safe'],
    cancel: [requests.cancel(7), 'once'],
    retry: [requests.retry(7, {}), 'once'],
    archive: [requests.archive(7), 'once'],
    view: [requests.view(7), 'once'],
    outcome: [requests.outcome(7), 'safe'],
    messages: [requests.messages(7, {}), 'safe'],
    permissions: [requests.permissions(7), 'safe'],
    approve: [requests.approve(7, approval), 'once'],
    answer: [requests.answer(7, { answers: {} }), 'once'],
    updatePermissionMode: [requests.updatePermissionMode(7, 'plan'), 'once'],
    files: [requests.files(7), 'safe'],
    downloadFile: [requests.downloadFile(7, 'a'), 'safe'],
    share: [requests.share(7), 'once'],
    unshare: [requests.unshare(7), 'safe'],
  };

describe('requests', () => {
  it.each(Object.entries(repeats))('%s says whether it may be repeated', (_, [request, how]) => {
    expect(request.repeatable).toBe(how === 'safe');
    // A POST is never safe but by its key.
    if (how === 'safe' && request.method === 'POST') expect(request.idempotencyKey).toBe('k');
    else expect(request).not.toHaveProperty('idempotencyKey');
  });

  it('join may go on after an event', () => {
    expect(requests.join(7, undefined, 'g-3-f').lastEventId).toBe('g-3-f');
    expect(requests.join(7).lastEventId).toBeUndefined();
  });

  it.each([undefined, 'ada'])('join asks for the stream of a run of user %j', (user_id) => {
    expect(requests.join(7, user_id)).toMatchObject({
      method: 'GET',
      path: '/runs/7/stream',
      query: { user_id },
      accept: ['text/event-stream'],
    });
  });

  it.each<[string, Request]>([
    ['/runs/', requests.create({ message, files: [] }, 'k')],
    ['/runs/with-files', requests.create({ message, files: notes }, 'k')],
    ['/runs/7/reply', requests.reply(7, { message }, 'k')],
    ['/runs/7/reply/with-files', requests.reply(7, { message, files: notes }, 'k')],
  ])('of a turn goes to %s', (path, request) => {
    expect(request.path).toBe(path);
    expect(request.body instanceof FormData).toBe(path.endsWith('/with-files'));
  });

  it('of a reply is non-interactive, whatever its parameters say', () => {
    const { body } = requests.reply(7, { message, human_in_the_loop: true } as never, 'k');
    expect(JSON.parse(body as string)).toEqual({ message, stream: true, human_in_the_loop: false });
  });
});
