/** Why a `fetch` failed: what somebody else's error says, without what it must not tell. */

/** Causes that are looked through: a chain of them may be a ring. */
const DEEPEST = 8;

type Fields = { readonly [field: string]: unknown };

/** What is asked of an error of somebody else's, whose getters may throw. */
const safely = <A>(ask: () => A): A | undefined => {
  try {
    return ask();
  } catch {
    return undefined;
  }
};

const find = (error: unknown, depth: number): string | undefined => {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return undefined;
  const { code, cause } = error as Fields;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : find(cause, depth + 1);
};

/** The code of a platform's error, such as `ECONNREFUSED`. Its message is no part of ours: it may quote a header. */
export const codeOf = (error: unknown): string | undefined => safely(() => find(error, 0));

const MISTAKES = ['ReferenceError', 'SyntaxError', 'EvalError'];

/** What engines say of code that is wrong. Where the network fails, they throw a TypeError as well. */
const WRONG =
  /\b(?:undefined|null|not an? (?:function|constructor|object)|not iterable|destructure|constant variable|parse url|invalid (?:url|header|name|value|argument))\b/i;

/**
 * Whether an error is a mistake in somebody's code, which no repeat mends. Only where it is certain:
 * a network that fails is waited out, and a run must not be lost over a word.
 */
export const isMistake = (error: unknown): boolean =>
  safely(() => {
    // By its name: an error of another realm, as in Jest, is no instance of ours.
    const { name, message } = (error ?? {}) as Fields;
    const code = find(error, 0);
    if (code !== undefined) return code.startsWith('ERR_INVALID_');
    return MISTAKES.includes(String(name)) || (name === 'TypeError' && WRONG.test(String(message)));
  }) ?? false;

const copy = (error: unknown, hide: (text: string) => string, depth: number): Error | undefined => {
  if (typeof error !== 'object' || error === null || depth > DEEPEST) return undefined;
  const { name, message, stack, code, cause } = error as Fields;
  if (typeof message !== 'string') return undefined;
  const text = (value: unknown) => (typeof value === 'string' ? { value: hide(value) } : undefined);
  const inner = copy(cause, hide, depth + 1);
  const kept = new Error(hide(message), inner === undefined ? undefined : { cause: inner });
  for (const [field, value] of Object.entries({ name, stack, code })) {
    const descriptor = text(value);
    if (descriptor !== undefined)
      Object.defineProperty(kept, field, { ...descriptor, configurable: true, writable: true });
  }
  return kept;
};

/** An error as the cause of ours, and of whatever it was caused by, without a secret that they quote. */
export const causeOf = (error: unknown, secret: string | undefined): Error | undefined => {
  const hide = (text: string): string => (secret ? text.replaceAll(secret, '[apiKey]') : text);
  return safely(() => copy(error, hide, 0));
};
