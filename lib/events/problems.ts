import type { Errors } from 'io-ts';

/** io-ts errors as `path: expected type`: what is wrong and where, and never the value itself. */
export const problems = (errors: Errors): readonly string[] =>
  errors.map(({ context }) => {
    const path = context.map(({ key }) => key).filter(Boolean);
    return `${path.join('.') || 'the whole'}: expected ${context.at(-1)!.type.name}`;
  });
