import { block, metrics, text, tool, words, type Script } from 'm8tes-rx/testing';

/** What the embedded local server's agent does with a message: it triages an inbox of three. */
export const supportDesk: Script = function* ({ message }) {
  yield* block('thinking', words('The inbox first, then who is hit, then the tracker.'));
  yield* block('text', words(`“${message}” Let me look at what came in.`));

  yield* tool({
    id: 'tc_1',
    name: 'gmail_search',
    input: { query: 'label:support is:unread' },
    result: ['Export fails for everyone', 'Invoice shows the wrong VAT', 'How do I add a seat?'],
  });
  yield* tool({
    id: 'tc_2',
    name: 'stripe',
    input: { charges: 'failed', since: 'monday' },
    result: { failed: 0 },
  });

  yield* block('text', words('Payments are fine. The export is what hurts, so I file it.'));
  yield* tool({
    id: 'tc_3',
    name: 'linear_create_issue',
    input: { title: 'Export fails for everyone', priority: 'urgent' },
    result: { id: 'SUP-42', status: 'open' },
  });

  yield* text('Three messages are open:\n');
  yield* text(...words('  1. urgent   the export fails: filed as SUP-42\n'));
  yield* text(...words('  2. today    an invoice with the wrong VAT: a draft is in your outbox\n'));
  yield* text(...words('  3. routine  how to add a seat: answered with the guide'));
  yield* metrics();
};
