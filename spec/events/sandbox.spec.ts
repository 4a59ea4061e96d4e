import { decode } from '../../lib/events/decode';
import { sandbox } from '../../lib/events/sandbox';
import { family } from './family';
import { protocol } from './protocol';

describe('sandbox', () => {
  family(sandbox, protocol.sandbox);

  it.each([
    { type: 'sandbox-connecting', message: 'Starting' },
    { type: 'sandbox-connected', sandbox_id: 'sb_1', duration_ms: 812.5, message: 'Ready' },
    { type: 'sandbox_metrics', sandbox_execution_time_ms: 4321 },
  ])('%j is an event as it is', (frame) => {
    expect(decode(JSON.stringify(frame))).toStrictEqual(frame);
  });
});
