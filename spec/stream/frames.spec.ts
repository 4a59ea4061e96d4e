import { concat, from, of, Subject, throwError } from 'rxjs';
import { DecodeError } from '../../lib/errors';
import { frames } from '../../lib/stream/frames';
import { toldBy } from '../helpers/told';
import { bytes, cutAt, oneByOne } from '../helpers/wire';

/** The data of each frame that some chunks say; a torn one in brackets. */
const dataOf = (...chunks: readonly (string | Uint8Array)[]): readonly string[] => {
  const pieces = chunks.map((chunk) => (typeof chunk === 'string' ? bytes(chunk) : chunk));
  const { values, ended } = toldBy(from(pieces).pipe(frames()));
  expect(ended).toBe('completed');
  return values.flat().map(({ data, torn }) => (torn ? `(${data})` : data));
};

describe('frames', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('end their lines with %s, split anywhere', (_, end) => {
    const stream = bytes(['data: one', '', 'data: two', 'data: lines', '', ': end', ''].join(end));
    for (let at = 0; at <= stream.length; at++) {
      expect(dataOf(...cutAt(stream, at))).toEqual(['one', 'two\nlines']);
    }
    expect(dataOf(...oneByOne(stream))).toEqual(['one', 'two\nlines']);
  });

  it('have an id and a name where they are given, each its own', () => {
    const text =
      'id: g-1\ndata: one\n\nevent: reset\ndata:\n\ndata: two\nid: g-2\n\ndata: three\n\n';
    for (const chunks of [[bytes(text)], oneByOne(bytes(text))]) {
      const { values } = toldBy(from(chunks).pipe(frames()));
      expect(values.flat()).toEqual([
        { data: 'one', id: 'g-1', event: undefined },
        { data: '', id: undefined, event: 'reset' },
        { data: 'two', id: 'g-2', event: undefined },
        { data: 'three', id: undefined, event: undefined },
      ]);
    }
  });

  it('end their lines now so, now so', () => {
    expect(dataOf('data: one\r\n\ndata: two\rdata: lines\n\r\ndata: three\n\n')).toEqual([
      'one',
      'two\nlines',
      'three',
    ]);
  });

  it('are their data, with and without a space after the colon', () => {
    expect(dataOf('data:one\n\n', 'data: two\n\n', 'data:  three\n\n')).toEqual([
      'one',
      'two',
      ' three',
    ]);
  });

  it('join their data lines with a newline, empty ones too', () => {
    expect(dataOf('data: a\ndata\ndata:\ndata: b\n\n')).toEqual(['a\n\n\nb']);
  });

  it('have no comments, events, ids, or retries, and pass over fields nobody knows', () => {
    const stream = [': hello', 'event: x', 'id: 7', 'retry: 1', 'retry: soon', 'fie: x', 'data: a'];
    expect(dataOf(`${stream.join('\n')}\n\n`)).toEqual(['a']);
  });

  it('are none without data', () => {
    expect(dataOf(': keep-alive\n\n', '\n\n\n', 'event: x\n\n', 'id: 7\n\n')).toEqual([]);
  });

  it('are UTF-8, split anywhere', () => {
    const text = 'é — 日本 🎈 \u{10FFFF}';
    const stream = bytes(`data: ${text}\n\n`);
    for (let at = 0; at <= stream.length; at++) {
      expect(dataOf(...cutAt(stream, at))).toEqual([text]);
    }
    expect(dataOf(...oneByOne(stream))).toEqual([text]);
  });

  it('begin after one byte order mark, split anywhere', () => {
    const stream = bytes('\uFEFFdata: one\n\n');
    expect(stream).toHaveLength(3 + 11);
    expect(dataOf(stream)).toEqual(['one']);
    expect(dataOf(...oneByOne(stream))).toEqual(['one']);
  });

  it('keep a second byte order mark, which belongs to the first line', () => {
    expect(dataOf('\uFEFF\uFEFFdata: one\n\ndata: two\n\n')).toEqual(['two']);
    expect(dataOf('data: \uFEFFone\n\n')).toEqual(['\uFEFFone']);
  });

  it.each([
    ['carriage returns alone', `data: ${'x'.repeat(10)}\r`],
    ['both', 'data: xxxxxxxxxx\r\n'],
  ])('are read in linear time where a chunk has many %s', (_, line) => {
    const stream = `${line.repeat(2 ** 16)}${line.slice(16)}: end`;
    expect(dataOf(stream)[0]?.length).toBe(11 * 2 ** 16 - 1);
  });

  it('hold line ends of Unicode as data', () => {
    const text = 'a\u2028b\u2029c\u0085d\u000Be\u000Cf';
    expect(dataOf(`data: ${text}\n\n`)).toEqual([text]);
  });

  it.each([
    ['in its data', 'data: one\n\ndata: tw', ['one', '(tw)']],
    ['at the end of its line', 'data: one\n\ndata: two\n', ['one', '(two)']],
    ['in the middle of a line end', 'data: one\n\ndata: two\r', ['one', '(two)']],
    ['between its lines', 'data: one\n\ndata: two\ndata: lines', ['one', '(two\nlines)']],
    ['before its data', 'data: one\n\ndat', ['one']],
    ['in a comment', 'data: one\n\n: keep', ['one']],
    ['in a letter', cutAt(bytes('data: é\n\n'), 7)[0]!, ['(\uFFFD)']],
    ['nowhere', 'data: one\n\n', ['one']],
  ])('are torn where the body ends %s', (_, stream, expected) => {
    expect(dataOf(stream)).toEqual(expected);
  });

  it('do not outlive an error', () => {
    const error = new Error('reset');
    const start = bytes('data: one\n\ndata: tw');
    const body = concat(
      of(start),
      throwError(() => error),
    );
    const { values, ...ending } = toldBy(body.pipe(frames()));
    expect(values.flat().map(({ data }) => data)).toEqual(['one']);
    expect(ending).toEqual({ ended: 'failed', error });
  });

  describe('longer than the limit', () => {
    const limit = 100;
    const tooLong = 'x'.repeat(limit + 1);
    const lines = Array.from({ length: 12 }, () => 'data: 123456789\n').join('');

    it.each([
      ['in one chunk', [`data: ${tooLong}\n\n`]],
      ['in one chunk, among others', [`data: one\n\ndata: ${tooLong}\n\ndata: two\n\n`]],
      ['in many chunks', [...`data: ${tooLong}\n\n`]],
      ['in many lines', [`${lines}\n`]],
      ['in many lines and chunks', [...`${lines}\n`]],
      ['and without an end', [`data: ${tooLong}`, tooLong, tooLong]],
      ['and a comment', [`: ${tooLong}`, tooLong]],
    ])('are an error %s', (_, chunks) => {
      const source = new Subject<Uint8Array>();
      const log = toldBy(source.pipe(frames(limit)));
      for (const chunk of chunks) source.next(bytes(chunk));
      source.complete();
      expect(log.ended).toBe('failed');
      expect(log.error).toBeInstanceOf(DecodeError);
      expect(String(log.error)).toMatch(/longer than 100 characters.*maxFrameLength/);
      expect(log.values.flat().map(({ data }) => data)).not.toContain('two');
      expect(source.observed).toBe(false);
    });

    it.each(['\n', '\r', '\r\n'])(
      'are not made by comments, which may come for days, with %j',
      (end) => {
        const comment = `: keep-alive${end}${end}`;
        const cuts = [comment.length, 13, comment.length - 1];
        const chunks = Array.from({ length: 300 }, (_, i) =>
          cutAt(bytes(comment), cuts[i % 3]!),
        ).flat();
        const log = toldBy(from([...chunks, bytes('data: one\n\n')]).pipe(frames(limit)));
        expect(log.values.flat().map(({ data }) => data)).toEqual(['one']);
      },
    );

    it('are as long as the limit at the most', () => {
      const data = 'x'.repeat(limit);
      const stream = `data: ${data}\n\n`.repeat(3);
      const { values } = toldBy(of(bytes(stream)).pipe(frames(limit)));
      expect(values.flat().map(({ data }) => data)).toEqual([data, data, data]);
    });

    it('count what is held: each line as 32 characters more', () => {
      const short = bytes('data: x\n'.repeat(2 ** 13));
      const source = new Subject<Uint8Array>();
      const log = toldBy(source.pipe(frames()));
      let sent = 0;
      for (; source.observed && sent < 1_000; sent++) source.next(short);
      expect(log.error).toBeInstanceOf(DecodeError);
      expect(sent).toBe(2 ** 24 / 32 / 2 ** 13 + 1);
    });

    it('are let go of before they fill the memory', () => {
      const chunk = new Uint8Array(1024 * 1024).fill(0x78);
      const source = new Subject<Uint8Array>();
      const log = toldBy(source.pipe(frames()));
      let sent = 0;
      source.next(bytes('data: '));
      for (; source.observed; sent++) source.next(chunk);
      expect(log.error).toBeInstanceOf(DecodeError);
      expect(sent).toBe(16); // the default limit is 16 Mi characters
    });
  });
});
