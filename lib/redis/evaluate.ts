import type { Redis } from './clients';

const shas = new Map<string, Promise<string>>();

/** The name under which Redis keeps a script. */
const shaOf = (script: string): Promise<string> => {
  const known = shas.get(script);
  if (known !== undefined) return known;
  const sha = crypto.subtle
    .digest('SHA-1', new TextEncoder().encode(script))
    .then((digest) =>
      Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    );
  shas.set(script, sha);
  return sha;
};

/** What a script answers: a word, and what belongs to it. */
export type Answer = readonly [string, ...(string | number)[]];

/**
 * Runs a script by its name; where Redis does not know it (the first time, and after each restart
 * or failover), as a whole.
 *
 * @typeParam A which answers the script has.
 */
export const evaluate = async <A extends Answer>(
  redis: Redis,
  script: string,
  keys: readonly string[],
  args: readonly (string | number)[] = [],
): Promise<A> => {
  const texts = args.map(String);
  try {
    return (await redis.evalsha(await shaOf(script), keys, texts)) as A;
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('NOSCRIPT'))) throw error;
    return (await redis.eval(script, keys, texts)) as A;
  }
};
