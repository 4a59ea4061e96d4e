import { InterruptSchema } from '@ag-ui/core/schemas';
import { aPermissionRequest, aPlan, aQuestion } from 'm8tes-rx/testing';
import { interrupt } from '../../../lib/bridges/ag-ui/interrupts';

const none = () => undefined;

describe('an interrupt', () => {
  it('is about a tool call, where the client knows it', () => {
    const request = aPermissionRequest({ tool_use_id: 'toolu_1', tool_name: 'odd <b>' });
    const its = interrupt(request, (id) => `7.1.1.${id}`);
    expect(its).toMatchObject({ reason: 'tool_call', toolCallId: '7.1.1.toolu_1' });
    expect(its.message).not.toContain('odd');
    expect(interrupt(request, none)).toMatchObject({ reason: 'confirmation' });
    expect(interrupt(request, none)).not.toHaveProperty('toolCallId');
  });

  it.each([
    ['what stands in prose', { prose: 'May I?', display_name: 'Mail' }, 'May I?'],
    ['what it leads to', { display_name: 'Mail', consequence: 'It is sent' }, 'Mail: It is sent'],
    ['its name', { display_name: 'Mail' }, 'Mail'],
    ['nothing', {}, undefined],
  ])('says %s', (_, fields, message) => {
    expect(interrupt({ request_id: 'r', tool_name: 'rm', ...fields }, none).message).toBe(message);
  });

  it('offers to remember where that can be', () => {
    const remember = (can_remember: boolean) =>
      Object.keys(
        interrupt({ request_id: 'r', can_remember }, none).responseSchema!['properties'] as object,
      );
    expect(remember(true)).toContain('remember');
    expect(remember(false)).not.toContain('remember');
  });

  it('asks a question by its text', () => {
    const its = interrupt(aQuestion('Which one?', ['This', 'That']), none);
    expect(its).toMatchObject({
      ...{ reason: 'input_required', message: 'Which one?' },
      responseSchema: {
        properties: { 'Which one?': { type: 'string', examples: ['This', 'That'] } },
        required: ['Which one?'],
      },
    });
  });

  it('takes several answers to a question that has them', () => {
    const questions = [{ question: 'Which?', multiSelect: true }];
    const its = interrupt(aQuestion('', [], { tool_input: { questions } }), none);
    expect(its.responseSchema).toMatchObject({
      properties: { 'Which?': { type: 'array', items: { type: 'string' } } },
    });
  });

  it('lays out a plan', () => {
    expect(interrupt(aPlan('1. Mail'), none)).toMatchObject({
      ...{ reason: 'confirmation', message: '1. Mail' },
      responseSchema: { required: ['approved'] },
    });
  });

  it.each([
    ['2026-01-01T00:00:00.000Z', 60, '2026-01-01T00:01:00.000Z'],
    ['2026-01-01T00:00:00+01:00', 60, '2025-12-31T23:01:00.000Z'],
    ['2026-01-01T00:00:00', 60, undefined], // nobody knows where
    ['soon Z', 60, undefined],
    ['2026-01-01T00:00:00Z', undefined, undefined],
    ['2026-01-01T00:00:00Z', 1e300, undefined],
    [undefined, 60, undefined],
  ])('made at %s for %s seconds expires at %s', (created_at, timeout_seconds, expiresAt) => {
    const request = { request_id: 'r', created_at, timeout_seconds };
    expect(interrupt(request as never, none).expiresAt).toBe(expiresAt);
  });

  it('is one of theirs', () => {
    for (const request of [
      aPermissionRequest({ tool_use_id: 'toolu_1' }),
      aQuestion('__proto__', []),
      aPlan(''),
      { request_id: 'r' },
    ]) {
      const its = JSON.parse(JSON.stringify(interrupt(request, (id) => id))) as object;
      expect(InterruptSchema.parse(its)).toEqual(its);
    }
  });
});
