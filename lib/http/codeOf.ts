/** The code of a platform's error, such as `ECONNREFUSED`. Its message is never passed on: it may quote a header. */
export const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : codeOf(cause);
};
