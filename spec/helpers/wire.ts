import { Subscription, type Observable } from 'rxjs';

/** What goes over the wire for a text. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What goes over the wire for an event. */
export const frame = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;

/** Bytes in pieces, cut at these positions. */
export const cutAt = (whole: Uint8Array, ...positions: readonly number[]): readonly Uint8Array[] =>
  [0, ...positions].map((from, i) => whole.slice(from, positions[i] ?? whole.length));

/** Bytes, one a piece. */
export const oneByOne = (whole: Uint8Array): readonly Uint8Array[] =>
  Array.from(whole, (byte) => Uint8Array.of(byte));

/** The six frames of the documentation's streaming page, byte for byte. [wire §3] */
export const sample = [
  'data: {"type": "metadata", "payload": {"run_id": 123}}',
  'data: {"type": "text-delta", "delta": "Here are "}',
  'data: {"type": "text-delta", "delta": "the open tickets..."}',
  'data: {"type": "tool-call-start", "toolName": "gmail_search", "toolCallId": "tc_1"}',
  'data: {"type": "tool-result-end", "toolCallId": "tc_1", "result": "..."}',
  'data: {"type": "done", "stop_reason": "end_turn"}',
]
  .map((line) => `${line}\n\n`)
  .join('');

/** The six events that those frames are. */
export const sampleEvents = [
  { type: 'metadata', payload: { run_id: 123 } },
  { type: 'text-delta', delta: 'Here are ' },
  { type: 'text-delta', delta: 'the open tickets...' },
  { type: 'tool-call-start', toolName: 'gmail_search', toolCallId: 'tc_1' },
  { type: 'tool-result-end', toolCallId: 'tc_1', result: '...' },
  { type: 'done', stop_reason: 'end_turn' },
];

/** How a body ends: properly, by its socket, or not at all. */
export type BodyEnd = 'end' | 'reset' | 'never';

/** An event stream of these bytes. */
export const aStream = (chunks: Iterable<Uint8Array>, how: BodyEnd = 'end'): Response => {
  const waiting = [...chunks].reverse();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk = waiting.pop();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (how === 'end') controller.close();
      else if (how === 'reset') controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};

interface Read {
  readonly done: boolean;
  readonly value?: Uint8Array;
}

/**
 * An event stream in virtual time: a response whose reader answers when the marbles say so, without
 * a Promise between. As much of a Response as is read.
 */
export const aStreamOf = (chunks: Observable<Uint8Array>): Response => {
  const getReader = () => {
    const ready: ((ok: (read: Read) => void, fail: (error: unknown) => void) => void)[] = [];
    let asked: readonly [(read: Read) => void, (error: unknown) => void] | undefined;
    const turn = (): void => {
      if (asked === undefined || ready.length === 0) return;
      const [ok, fail] = asked;
      asked = undefined;
      ready.shift()!(ok, fail);
    };
    const answer = (how: (typeof ready)[number]): void => {
      ready.push(how);
      turn();
    };
    const subscription = new Subscription();
    subscription.add(
      chunks.subscribe({
        next: (value) => answer((ok) => ok({ done: false, value })),
        error: (error) => answer((_, fail) => fail(error)),
        complete: () => answer((ok) => ok({ done: true })),
      }),
    );
    return {
      read: () => ({
        then: (...how: NonNullable<typeof asked>) => {
          asked = how;
          turn();
        },
      }),
      cancel: () => {
        subscription.unsubscribe();
        return { catch: () => {} };
      },
    };
  };
  return { body: { getReader } } as unknown as Response;
};
