import { InvalidArgumentError } from '../errors';

/**
 * The headers of a request: Node's `request.headers`, Fetch `Headers`, or a plain object whose
 * names are in any case.
 */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

const isFetchHeaders = (headers: WebhookHeaders): headers is { get(name: string): string | null } =>
  typeof headers.get === 'function';

/** The value of a header, or `undefined`; repeated ones are joined by commas, as Fetch does. */
export const headerValue = (headers: WebhookHeaders, name: string): string | undefined => {
  if (typeof headers !== 'object' || headers === null) {
    throw new InvalidArgumentError('headers', 'must be those of the request: pass request.headers');
  }
  if (isFetchHeaders(headers)) return headers.get(name) ?? undefined;
  const wanted = name.toLowerCase();
  const values = Object.entries(headers)
    .filter(([key, value]) => key.toLowerCase() === wanted && value !== undefined)
    .flatMap(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
};
