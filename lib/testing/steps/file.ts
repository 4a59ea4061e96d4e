import type { Step } from '../Script';

/** The run leaves a file behind. */
export const file = (name: string, content: string | Uint8Array): readonly Step[] => [
  { step: 'file', name, content },
];
