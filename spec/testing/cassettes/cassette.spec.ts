import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectRun, createClient, InvalidArgumentError } from 'm8tes-rx';
import {
  cassette,
  fakeFetch,
  record,
  replay,
  text,
  type Cassette,
  type CassetteOptions,
} from 'm8tes-rx/testing';
import { lastValueFrom, toArray } from 'rxjs';
import { served } from '../served';

const KEY = 'm8_a-very-secret-key-of-somebody';

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-cassettes-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clientOf = (fetch: Cassette, apiKey = KEY, baseUrl?: string) =>
  createClient({
    fetch,
    apiKey,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    resume: { delay: 1 },
    retries: { delay: 1 },
    onLog: () => {},
  });

const textOf = (fetch: Cassette, message = 'hello', apiKey?: string, baseUrl?: string) =>
  lastValueFrom(clientOf(fetch, apiKey, baseUrl).runs.create({ message }).pipe(collectRun())).then(
    ({ text }) => text,
  );

describe('a recording', () => {
  it('of a stream that is cut, on a socket, heals again when it is replayed', async () => {
    const { server } = await served({
      script: () => text('One ', 'grüße, ', 'three ', 'four'),
      faults: [
        { on: 'create', cut: { afterEvents: 3 } },
        { on: 'join', split: 3, cut: { afterEvents: 5 } },
      ],
      pace: 1,
    });
    const recording = record(fetch, at('healed.ndjson'));
    const live = await textOf(recording, 'hello', KEY, server.url);
    await recording.close();
    const joins = server.requests().map(({ route }) => route);
    await server.close();

    for (const options of [{}, { resplit: 7 }, { pace: 'real' }] as const) {
      const replaying = replay(at('healed.ndjson'), options);
      expect(await textOf(replaying, 'hello', 'm8_other', server.url)).toBe(live);
      await replaying.close();
    }
    expect(joins.length).toBeGreaterThan(1);
    const lines = readFileSync(at('healed.ndjson'), 'utf8').split('\n');
    expect(lines[0]).toMatch(/^\{"m8tes":"cassette\/1","recorded":"\d{4}-\d\d-\d\d","client":"/);
    expect(lines[1]).toBe(
      '{"→":"POST /api/v2/runs/","headers":{"accept":"text/event-stream, application/json",' +
        '"content-type":"application/json","idempotency-key":"#1"},' +
        '"body":{"message":"hello","stream":true}}',
    );
    expect(lines.filter((line) => line.includes('"cut":"reset"')).length).toBeGreaterThan(0);
  });

  it('never holds a key, a cookie or a signing secret, wherever they turn up', async () => {
    const platform = fakeFetch(() => text('your key is ', KEY, ' I think'), {
      faults: [{ on: 'create', split: 1 }],
    });
    const telling: typeof platform = Object.assign(
      async (...asked: Parameters<typeof platform>) => {
        const { status, headers, body } = await platform(...asked);
        const told = new Headers(headers);
        told.set('set-cookie', 'session=cookie-of-the-server');
        told.set('x-echo', KEY);
        return new Response(body, { status, headers: told });
      },
      platform,
    );
    const recording = record(telling, at('secrets.ndjson'));
    const send = (path: string, init: RequestInit) =>
      recording(`https://api.m8tes.ai/api/v2${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${KEY}`,
          cookie: 'session=cookie-of-the-client',
          'x-api-key': KEY,
          'content-type': 'application/json',
        },
      }).then((response) => response.text());
    const said = await send('/runs/', {
      method: 'POST',
      body: JSON.stringify({
        message: `mine is ${KEY}, and m8_somebody-elses-key`,
        metadata: { [KEY]: KEY },
      }),
    });
    const made = await send('/webhooks/', {
      method: 'POST',
      body: '{"url":"https://example.com"}',
    });
    await send(`/runs/?user_id=${KEY}`, {});
    await recording.close();
    platform.close();

    expect(said).toContain(KEY);
    const secret = (JSON.parse(made) as { secret: string }).secret;
    for (const name of readdirSync(folder)) {
      const written = readFileSync(at(name), 'utf8');
      const spoken = written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { d?: string; b?: string })
        .map(({ d = '', b = '' }) => d + atob(b))
        .join('');
      for (const all of [written, spoken]) {
        expect(all).not.toMatch(/secret-key-of|cookie|somebody-elses/i);
        expect(all).not.toContain(secret);
      }
      expect(written).toContain('whsec_#');
      expect(written).toContain('mine is m8_#, and m8_#');
    }
  });

  it('shows a hook every body before it is written, and is replayed with it', async () => {
    const redact: CassetteOptions['redact'] = (body, { of, path }) => {
      if (of === 'request' && path.endsWith('/runs/')) return { ...(body as object), message: '…' };
      const frame = body as { delta?: string };
      return of === 'frame' && frame.delta !== undefined ? { ...frame, delta: 'x' } : body;
    };
    const platform = fakeFetch(() => text('Ada ', 'Lovelace'), {
      faults: [{ on: 'create', split: 2 }],
    });
    const recording = record(platform, at('redacted.ndjson'), { redact });
    expect(await textOf(recording, 'Who am I?')).toBe('Ada Lovelace');
    await recording.close();
    const written = readFileSync(at('redacted.ndjson'), 'utf8');
    expect(written).not.toMatch(/Ada|Lovelace|Who/);
    expect(written).toContain('"message":"…"');
    const replaying = replay(at('redacted.ndjson'), { redact });
    expect(await textOf(replaying, 'And who are you?')).toBe('xx');
    await replaying.close();
  });

  it('is one frame a line where it is normalized', async () => {
    const platform = fakeFetch(() => text('a', 'b'), { faults: [{ split: 2 }] });
    const recording = record(platform, at('frames.ndjson'), { normalize: true });
    await textOf(recording);
    await recording.close();
    const chunks = readFileSync(at('frames.ndjson'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"d":'));
    expect(chunks.length).toBe(6);
    expect(chunks.every((line) => /"d":"data: \{.*\\n\\n"\}$/.test(line))).toBe(true);
  });

  it('keeps connections that are open at once apart, in order', async () => {
    const platform = fakeFetch([() => text('first'), () => text('second')]);
    const recording = record(platform, at('two.ndjson'));
    const said = await Promise.all([textOf(recording, 'one'), textOf(recording, 'two')]);
    await recording.close();
    const replaying = replay(at('two.ndjson'));
    const again = [await textOf(replaying, 'two'), await textOf(replaying, 'one')];
    expect(again).toEqual([said[1], said[0]]); // the same body comes before the same shape
    await replaying.close();
  });

  it('keeps what was let go of as it was: open, until it is let go of again', async () => {
    const platform = fakeFetch(function* () {
      yield* text('begun');
      yield { step: 'wait', ms: Infinity };
    });
    const recording = record(platform, at('left.ndjson'));
    const leave = (fetch: Cassette) =>
      new Promise<string>((resolve) => {
        const subscription = clientOf(fetch)
          .runs.streamText({ message: 'go' })
          .subscribe((text) => {
            resolve(text);
            setTimeout(() => subscription.unsubscribe());
          });
      });
    expect(await leave(recording)).toBe('begun');
    await platform.until(({ streams }) => streams() === 0);
    await recording.close();
    platform.close();
    expect(readFileSync(at('left.ndjson'), 'utf8')).toMatch(/"cut":"close"\}\n$/);
    const replaying = replay(at('left.ndjson'));
    expect(await leave(replaying)).toBe('begun');
    await replaying.close();
  });

  it('keeps a connection that never came about', async () => {
    const platform = fakeFetch(undefined, { faults: [{ reset: 'before-headers', times: 3 }] });
    const asking = (fetch: Cassette) => lastValueFrom(clientOf(fetch).runs.get(1));
    const recording = record(platform, at('down.ndjson'));
    await expect(asking(recording)).rejects.toThrow('got no answer (ECONNRESET)');
    await recording.close();
    const replaying = replay(at('down.ndjson'));
    await expect(asking(replaying)).rejects.toThrow('got no answer (ECONNRESET)');
    await replaying.close();
  });

  it('takes forms and Requests, and answers without a body', async () => {
    const platform = fakeFetch(() => text('read'));
    const recording = record(platform, at('forms.ndjson'));
    const ask = async (fetch: Cassette) => {
      const { runs } = clientOf(fetch);
      const files = [{ name: 'a.csv', content: new Blob(['a,b'], { type: 'text/csv' }) }];
      const run = await lastValueFrom(
        runs.create({ message: 'go', stream: false, files } as never),
      );
      const headers = { authorization: `Bearer ${KEY}` };
      const url = 'https://api.m8tes.ai/api/v2/runs/';
      const list = await fetch(new Request(url, { headers })).then((response) => response.json());
      const shared = await fetch(`${url}123/share`, { method: 'DELETE', headers });
      return [
        (run as unknown as { id: number }).id,
        (list as { data: unknown[] }).data.length,
        shared.status,
      ];
    };
    expect(await ask(recording)).toEqual([123, 1, 204]);
    await recording.close();
    const replaying = replay(at('forms.ndjson'));
    expect(await ask(replaying)).toEqual([123, 1, 204]);
    await replaying.close();
  });
});

describe('a replay', () => {
  const recorded = async () => {
    const recording = record(
      fakeFetch(() => text('hello')),
      at('one.ndjson'),
    );
    await textOf(recording);
    await recording.close();
  };

  it('refuses what is not in the cassette, once, and says what is nearest', async () => {
    await recorded();
    const replaying = replay(at('one.ndjson'));
    const { runs } = clientOf(replaying);
    const asked = runs.create({ message: 'hello', model: 'opus' });
    const why =
      'POST /api/v2/runs/ is not in the cassette. The nearest is POST /api/v2/runs/, whose body ' +
      'is another: model is text here and absent there';
    await expect(lastValueFrom(asked)).rejects.toThrow(why);
    await expect(replaying.close()).rejects.toThrow(
      `the cassette was not followed:\n${why}\nPOST /api/v2/runs/ was not asked for`,
    );
  });

  it('uses each act once', async () => {
    await recorded();
    const replaying = replay(at('one.ndjson'));
    expect(await textOf(replaying)).toBe('hello');
    await expect(textOf(replaying)).rejects.toThrow('was asked for already');
    await expect(replaying.close()).rejects.toThrow('was asked for already');
  });

  it('never falls through: without its file nothing answers', async () => {
    const replaying = replay(at('none.ndjson'));
    await expect(textOf(replaying)).rejects.toThrow('got no answer');
    await expect(replaying.close()).rejects.toThrow('ENOENT');
  });

  it('refuses a file that is no cassette, and names the line', async () => {
    writeFileSync(at('broken.ndjson'), '{"m8tes":"cassette/1"}\nnot JSON\n');
    await expect(replay(at('broken.ndjson')).close()).rejects.toThrow('line 2 is no JSON object');
  });

  it('takes its time where it is asked to, by the timers that are there', async () => {
    const recording = record(
      fakeFetch(() => text('a'), { pace: 0 }),
      at('slow.ndjson'),
    );
    await textOf(recording);
    await recording.close();
    const slow = readFileSync(at('slow.ndjson'), 'utf8').replace(/"\+":\d+,"d"/g, '"+":1000,"d"');
    writeFileSync(at('slow.ndjson'), slow);
    const chunks = slow.split('"d"').length - 1;
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick'] });
    try {
      const replaying = replay(at('slow.ndjson'), { pace: 'real' });
      let said = '';
      void textOf(replaying).then((text) => (said = text));
      for (let turn = 0; said === ''; turn++) {
        await jest.advanceTimersByTimeAsync(turn < 20 ? 0 : 100);
        await new Promise((resolve) => setImmediate(resolve));
        if (turn === 20) expect(said).toBe('');
      }
      expect(said).toBe('a');
      expect(chunks).toBeGreaterThan(1);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    [{ paces: 'asap' }, /^paces is unknown: did you mean pace\?/],
    [{ pace: 'slow' }, /^pace must be one of asap, real/],
    [{ resplit: 0.5 }, /^resplit must be/],
  ])('refuses %j', (options, message) => {
    expect(() => replay('x', options as object)).toThrow(message);
  });
});

describe('cassette', () => {
  const { M8TES_CASSETTES, CI } = process.env;
  const restore = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  beforeEach(() => {
    delete process.env['M8TES_CASSETTES'];
    delete process.env['CI'];
  });
  afterEach(() => {
    restore('M8TES_CASSETTES', M8TES_CASSETTES);
    restore('CI', CI);
  });

  const play = async (says: string, options: CassetteOptions = {}) => {
    const tape = cassette(at('deep/er/tape.ndjson'), {
      fetch: fakeFetch(() => text(says)),
      ...options,
    });
    const said = await textOf(tape);
    await tape.close();
    return said;
  };

  it('is recorded once, and replayed from then on', async () => {
    expect(await play('first')).toBe('first');
    expect(existsSync(at('deep/er/tape.ndjson'))).toBe(true);
    expect(await play('second')).toBe('first');
  });

  it('is recorded anew where that is asked for, by option or environment', async () => {
    expect(await play('first')).toBe('first');
    expect(await play('second', { mode: 'record' })).toBe('second');
    process.env['M8TES_CASSETTES'] = 'record';
    expect(await play('third')).toBe('third');
    expect(await play('fourth', { mode: 'replay' })).toBe('third');
  });

  it.each([
    ['M8TES_CASSETTES', 'replay'],
    ['CI', 'true'],
  ])('is never recorded where %s is %s', async (name, value) => {
    process.env[name] = value;
    const tape = cassette(at('none.ndjson'), { fetch: fakeFetch() });
    await expect(textOf(tape)).rejects.toThrow('is not there: record it');
    await expect(tape.close()).rejects.toThrow(/is not there: record it, with M8TES_CASSETTES=/);
    expect(existsSync(at('none.ndjson'))).toBe(false);
  });

  it('refuses a mode that there is not', () => {
    process.env['M8TES_CASSETTES'] = 'rerecord';
    expect(() => cassette('x')).toThrow(InvalidArgumentError);
    expect(() => cassette('x')).toThrow('M8TES_CASSETTES must be one of replay, record, auto');
    expect(() => cassette('x', { mode: 'again' as 'auto' })).toThrow('mode must be one of');
  });

  it('lists what a client does as well', async () => {
    const ask = async () => {
      const tape = cassette(at('list.ndjson'), { fetch: fakeFetch(() => text('x')) });
      const { runs } = clientOf(tape);
      const { id } = await lastValueFrom(runs.create({ message: 'go', stream: false }));
      const listed = await lastValueFrom(runs.list().pipe(toArray()));
      await tape.close();
      return [id, listed.map(({ id }) => id)];
    };
    expect(await ask()).toEqual([123, [123]]);
    expect(await ask()).toEqual([123, [123]]);
  });
});
