import { multipart } from './multipart';
import type { Asked } from './readAsked';
import { refusal } from './refusal';
import type { HeldFile } from './runs/HeldRun';

/** What a request carries. */
export interface Content {
  readonly body: unknown;
  readonly files: readonly HeldFile[];
}

const parsed = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal(422, 'body: must be JSON');
  }
};

/** JSON; or a form, where the route takes files. */
export const contentOf = ({ headers, bytes }: Asked, withFiles: boolean): Content => {
  if (!withFiles) return { body: parsed(bytes.toString()), files: [] };
  const { payload, files } = multipart(bytes, headers['content-type'] ?? '');
  return { body: parsed(payload), files };
};
