import { resplit } from 'm8tes-rx/testing';
import { joined, textOf } from '../../../lib/testing/bytes';
import { framed, redacted, type Redacted } from '../../../lib/testing/cassettes/redact';

const text = ': hello\n\ndata: {"a":"grüße"}\r\n\r\ndata: [DONE]\n\ndata: {"half":';
const chunks = resplit(text, 3).map((bytes) => ({ after: 10, bytes }));
const texts = (all: typeof chunks | readonly { readonly bytes: Uint8Array }[]) =>
  all.map(({ bytes }) => textOf(bytes));

describe('framed', () => {
  it('is one frame a chunk, when the last of it came', () => {
    const frames = framed(chunks);
    expect(texts(frames)).toEqual([
      ': hello\n\n',
      'data: {"a":"grüße"}\r\n\r\n',
      'data: [DONE]\n\n',
      'data: {"half":',
    ]);
    expect(textOf(joined(frames.map(({ bytes }) => bytes)))).toBe(text);
    expect(frames.reduce((sum, { after }) => sum + after, 0)).toBe(10 * chunks.length);
    expect(framed([])).toEqual([]);
  });
});

describe('redacted', () => {
  const where = { method: 'POST', path: '/runs/' };

  it('is shown each frame of a stream that is JSON', () => {
    const seen: [unknown, Redacted][] = [];
    const hidden = redacted(
      chunks,
      'text/event-stream; charset=utf-8',
      (body, at) => {
        seen.push([body, at]);
        return { a: '…' };
      },
      where,
    );
    expect(seen).toEqual([[{ a: 'grüße' }, { ...where, of: 'frame' }]]);
    expect(texts(hidden)).toEqual([
      ': hello\n\n',
      'data: {"a":"…"}\n\n',
      'data: [DONE]\n\n',
      'data: {"half":',
    ]);
  });

  it('is shown any other answer as a whole, where it is JSON', () => {
    const json = resplit('{"a":"grüße"}', 1).map((bytes) => ({ after: 10, bytes }));
    expect(texts(redacted(json, 'application/json', () => [1], where))).toEqual(['[1]']);
    const page = [{ after: 1, bytes: Buffer.from('<html>') }];
    expect(redacted(page, 'text/html', () => [1], where)).toEqual(page);
  });
});
