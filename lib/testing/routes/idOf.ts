import { refusal } from '../refusal';

/** The number in a path. */
export const idOf = (text = ''): number => {
  if (!/^\d{1,15}$/.test(text)) throw refusal(422, `path: ${text} is not an id`);
  return Number(text);
};
