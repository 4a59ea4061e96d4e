import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { InvalidArgumentError } from 'm8tes-rx';
import { actsIn, header, linesOf, VERSION, type Act } from '../../../lib/testing/cassettes/acts';

const act: Act = {
  method: 'POST',
  path: '/api/v2/runs/?a=1',
  headers: { 'idempotency-key': '#1' },
  body: { message: 'hi', stream: true },
  answer: { status: 200, headers: { 'content-type': 'text/event-stream' }, after: 12 },
  chunks: [
    { after: 0, bytes: Buffer.from('data: {}\n\n') },
    { after: 41, bytes: Buffer.from('gr\xfc', 'latin1') },
  ],
  ending: 'reset',
  after: 15_003,
};

const plain = (acts: readonly Act[]) =>
  acts.map((act) => ({
    ...act,
    chunks: act.chunks.map(({ after, bytes }) => ({ after, bytes: [...bytes] })),
  }));

describe('the lines of an act', () => {
  it('are a line a request, an answer, a chunk, an ending', () => {
    expect(linesOf(act)).toEqual([
      '{"→":"POST /api/v2/runs/?a=1","headers":{"idempotency-key":"#1"},"body":{"message":"hi","stream":true}}',
      '{"←":200,"+":12,"headers":{"content-type":"text/event-stream"}}',
      '{"+":0,"d":"data: {}\\n\\n"}',
      '{"+":41,"b":"Z3L8"}',
      '{"+":15003,"cut":"reset"}',
    ]);
  });

  it('are read as what was written, whatever the bytes and wherever they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ after: fc.nat(), bytes: fc.uint8Array() })),
        fc.constantFrom('end', 'reset', 'close', 'stall'),
        fc.option(fc.jsonValue(), { nil: undefined }),
        fc.boolean(),
        (chunks, ending, body, isAnswered) => {
          const { body: _, answer, ...rest } = act;
          const one: Act = {
            ...rest,
            ...(body === undefined ? {} : { body: JSON.parse(JSON.stringify(body)) as unknown }),
            ...(isAnswered && answer ? { answer } : {}),
            chunks,
            ending,
          };
          const text = [header(new Date()), ...linesOf(one), ...linesOf(act)].join('\n');
          expect(plain(actsIn(text))).toEqual(plain([one, act]));
        },
      ),
    );
  });
});

describe('a cassette', () => {
  it('names the version of the client', () => {
    const manifest = readFileSync(join(__dirname, '../../../package.json'), 'utf8');
    expect(VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
    expect(header(new Date('2026-11-24T10:00:00Z'))).toBe(
      `{"m8tes":"cassette/1","recorded":"2026-11-24","client":"${VERSION}"}`,
    );
  });

  it('may be joined by hand, with blank lines, and may end early', () => {
    const one = [header(new Date()), ...linesOf(act)].join('\n');
    expect(actsIn(`${one}\n\n${one}\r\n`)).toHaveLength(2);
    const early = linesOf(act).slice(0, -2).join('\n');
    expect(actsIn(early)).toMatchObject([{ ending: 'stall', chunks: [{ after: 0 }] }]);
    expect(actsIn('')).toEqual([]);
  });

  it.each([
    ['no JSON', '{', 'line 1 is no JSON object'],
    ['no object', '7', 'line 1 is no JSON object'],
    ['another format', '{"m8tes":"cassette/2"}', 'line 1 is of another format than cassette/1'],
    ['a chunk of nothing', '\n{"+":1,"d":"x"}', 'line 2 belongs to no request'],
    ['a request too early', '{"→":"GET /"}\n{"→":"GET /"}', 'line 2 is a request before'],
    ['another act', '{"→":"GET /"}\n{"?":1}', 'line 2 is no act of a cassette'],
    ['another cut', '{"→":"GET /"}\n{"cut":"off"}', 'line 2 is no act of a cassette'],
  ])('is refused with %s, by its line', (_, text, why) => {
    expect(() => actsIn(text)).toThrow(InvalidArgumentError);
    expect(() => actsIn(text)).toThrow(why);
  });
});
