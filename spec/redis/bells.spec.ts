import { bells, type Bell } from '../../lib/redis/bells';
import type { Ear, Hearing, Redis } from '../../lib/redis/clients';
import { leftovers } from '../helpers/leftovers';

/** A Redis whose connections do what the spec says. */
const hearing = (listen: Ear['listen'] = () => Promise.resolve()) => {
  const done: string[] = [];
  const ears: Hearing[] = [];
  const no = () => Promise.reject(new Error('nobody asks'));
  const redis: Redis = {
    evalsha: no,
    eval: no,
    hear: (ear) => {
      done.push('open');
      ears.push(ear);
      return {
        listen: (channel) => (done.push(`listen ${channel}`), listen(channel)),
        leave: (channel) => (done.push(`leave ${channel}`), Promise.reject(new Error('closed'))),
        close: () => done.push('close'),
      };
    },
  };
  return { done, ears, hear: bells(redis) };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));
const noting = (all: unknown[]) => ({
  next: (bell: Bell) => all.push(bell.type === 'rung' ? bell.as : bell.type),
  error: (error: unknown) => all.push(error),
});

describe('bells', () => {
  const left = leftovers();

  it('open a connection for the first who listens, and close it behind the last', async () => {
    const { done, hear } = hearing();
    const [a, b] = [hear('a'), hear('b')];
    expect(done).toEqual([]);
    const first = a.subscribe();
    const second = b.subscribe();
    first.unsubscribe();
    second.unsubscribe();
    expect(done).toEqual(['open', 'listen a', 'listen b', 'leave a', 'close']);
    b.subscribe().unsubscribe();
    expect(done.slice(5)).toEqual(['open', 'listen b', 'close']);
    expect(await left.rejections()).toEqual([]);
  });

  it('tell each what is told on its channel', async () => {
    const { ears, hear } = hearing();
    const told: Record<string, unknown[]> = { a: [], b: [] };
    const subscriptions = ['a', 'b'].map((channel) =>
      hear(channel).subscribe(noting(told[channel]!)),
    );
    await settled();
    ears[0]!.onMessage('a', '1 open');
    ears[0]!.onMessage('b', '2 open');
    ears[0]!.onMessage('c', '3 open');
    subscriptions[0]!.unsubscribe();
    ears[0]!.onMessage('a', '4 open');
    expect(told).toEqual({ a: ['subscribed', '1 open'], b: ['subscribed', '2 open'] });
  });

  it('subscribe again, and say so, when the connection is there again', async () => {
    const { done, ears, hear } = hearing();
    const told: unknown[] = [];
    hear('a').subscribe(noting(told));
    await settled();
    ears[0]!.onReady();
    expect(done).toEqual(['open', 'listen a', 'listen a']);
    await settled();
    expect(told).toEqual(['subscribed', 'subscribed']);
  });

  it('pass on that a channel cannot be listened to', async () => {
    const refused = new Error("ERR unknown command 'ssubscribe'");
    const { done, hear } = hearing(() => Promise.reject(refused));
    const told: unknown[] = [];
    hear('a').subscribe(noting(told));
    await settled();
    expect(told).toEqual([refused]);
    expect(done).toEqual(['open', 'listen a', 'close']);
  });
});
