import { isAnswered } from 'm8tes-rx/ai-sdk';

const step = { type: 'step-start' };
const tool = (state: string) => ({ type: 'dynamic-tool', toolName: 'mail', state });
const ask = (state: string) => ({ type: 'dynamic-tool', toolName: 'ask', state });
const last = (...parts: readonly { readonly type: string }[]) => ({
  messages: [
    { role: 'user', parts: [{ type: 'text' }] },
    { role: 'assistant', parts },
  ],
});

describe('isAnswered', () => {
  it.each([
    ['an approval', [step, tool('approval-responded')]],
    ['a question', [step, ask('output-available')]],
    ['a question of a page with types', [step, { type: 'tool-ask', state: 'output-error' }]],
    ['all of several', [step, ask('output-available'), tool('approval-responded')]],
    [
      'what is asked beside a tool that works',
      [tool('input-available'), tool('approval-responded')],
    ],
  ])('is so of %s', (_, parts) => {
    expect(isAnswered(last(...parts))).toBe(true);
  });

  it.each([
    ['nothing is asked', [step, tool('output-available'), { type: 'text' }]],
    ['an approval is open', [step, tool('approval-requested'), ask('output-available')]],
    ['a question is open', [step, tool('approval-responded'), ask('input-available')]],
    ['it was answered in an earlier step', [step, tool('approval-responded'), step]],
  ])('is not so where %s', (_, parts) => {
    expect(isAnswered(last(...parts))).toBe(false);
  });

  it('is not so of what a user says, or of nothing', () => {
    expect(isAnswered({ messages: [] })).toBe(false);
    expect(isAnswered({ messages: [{ role: 'user', parts: [tool('approval-responded')] }] })).toBe(
      false,
    );
  });
});
