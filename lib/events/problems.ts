import type { Errors } from 'io-ts';

/** io-ts errors as `path: expected type`: what is wrong and where, and never the value itself. */
export const problems = (errors: Errors): readonly string[] =>
  errors.map(({ context }) => {
    const path = context.map(({ key }) => key).filter(Boolean);
    const expected = context[context.length - 1]?.type.name ?? 'something else';
    return `${path.join('.') || 'the whole'}: expected ${expected}`;
  });
