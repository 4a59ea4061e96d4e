import type { IncomingHttpHeaders } from 'node:http';

/** Headers that may be shown: of a key, only its end, and of a short one nothing. */
export const redacted = (headers: IncomingHttpHeaders): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const text = String(value);
      if (name !== 'authorization') return [name, text];
      return [name, text.length > 24 ? `…${text.slice(-4)}` : '…'];
    }),
  );
