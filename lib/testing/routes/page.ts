import { jsonAnswer, refusal, type Answer } from '../answers';

const number = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw refusal(422, `${name}: must be a whole number`);
  return Number(text);
};

/** "Lists are newest first; `starting_after` is the id of the last item seen." [wire §7] */
export const page = (items: readonly { readonly id: number }[], query: URLSearchParams): Answer => {
  const limit = number(query, 'limit') ?? 20;
  if (limit < 1 || limit > 100) throw refusal(422, 'limit: must be from 1 to 100');
  const after = number(query, 'starting_after') ?? Infinity;
  const rest = items.filter(({ id }) => id < after).sort((a, b) => b.id - a.id);
  const data = rest.slice(0, limit);
  const has_more = rest.length > limit;
  return jsonAnswer({ data, has_more, next_starting_after: has_more ? data.at(-1)!.id : null });
};
