import { decode } from '../../lib/events/decode';
import type { Rows } from './protocol';

type Json = { readonly [name: string]: unknown };

/** What a bare frame of a type becomes: what is always there, and nothing else. */
export const bare = (type: string, fields: Rows[string]): Json => ({
  type,
  ...Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => 'absent' in field)
      .map(([name, { absent }]) => [name, absent]),
  ),
});

const whole = (type: string, fields: Rows[string]): Json => ({
  type,
  ...Object.fromEntries(Object.entries(fields).map(([name, { fits }]) => [name, fits.at(-1)])),
});

const nulls = (type: string, fields: Rows[string]): Json => ({
  type,
  ...Object.fromEntries(Object.keys(fields).map((name) => [name, null])),
});

// A server newer than the client, or a hostile one. `toJSON` and `then` that are no functions are data.
const more =
  '"isNew":{"a":[null]},"none":null,"__proto__":{"polluted":true},"then":1,"toJSON":"x",' +
  '"constructor":null,"hasOwnProperty":0,"subtype":"init","":"empty"';

const withMore = (frame: Json): string => JSON.stringify(frame).replace(/\}$/, `,${more}}`);

/** The laws of a table: every row of it, whatever its family. `metadata` has more in run.spec.ts. */
export const family = (table: { readonly [type: string]: object }, rows: Rows): void => {
  it('holds the types of the contract', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(rows).sort());
  });

  describe.each(Object.entries(rows))('%s', (type, fields) => {
    const names = Object.keys(fields);
    const always = bare(type, fields);
    const every = whole(type, fields);

    it('holds the fields of the contract', () => {
      expect(Object.keys(table[type]!).sort()).toEqual([...names].sort());
    });

    it('is valid without any field', () => {
      expect(decode(JSON.stringify({ type }))).toStrictEqual(always);
    });

    it('takes null for absent', () => {
      expect(decode(JSON.stringify(nulls(type, fields)))).toStrictEqual(always);
      for (const name of names) {
        expect(decode(JSON.stringify({ type, [name]: null }))).toStrictEqual(always);
        const { [name]: _one, ...rest } = every;
        const without = decode(JSON.stringify(rest));
        expect(decode(JSON.stringify({ ...every, [name]: null }))).toStrictEqual(without);
        expect(Object.hasOwn(without, name)).toBe('absent' in fields[name]!);
      }
    });

    it('hands on what fits, as it is', () => {
      expect(decode(JSON.stringify(every))).toStrictEqual(every);
      for (const name of names) {
        for (const value of fields[name]!.fits) {
          const event = { ...always, [name]: value };
          expect(decode(JSON.stringify({ type, [name]: value }))).toStrictEqual(event);
        }
      }
    });

    it('keeps the fields it does not know', () => {
      for (const frame of [every, nulls(type, fields)]) {
        const event = decode(withMore(frame)) as unknown as Json;
        const kept = JSON.parse(`{${more}}`) as Json;
        expect(event['type']).toBe(type);
        expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
        for (const name of Object.keys(kept)) {
          expect(Object.hasOwn(event, name)).toBe(true);
          expect(event[name]).toStrictEqual(kept[name]);
        }
        expect(({} as Json)['polluted']).toBeUndefined();
      }
    });

    it('is malformed where a field has the wrong type, and says which', () => {
      for (const name of names) {
        for (const [value, problem] of fields[name]!.breaks) {
          const data = JSON.stringify({ ...every, [name]: value });
          expect(decode(data)).toStrictEqual({
            type: 'malformed',
            data,
            problems: [`${name}${problem}`],
          });
        }
      }
    });

    it('lists every problem', () => {
      const broken = names.filter((name) => fields[name]!.breaks.length > 0);
      if (broken.length === 0) return;
      const wrong = broken.map((name) => [name, fields[name]!.breaks[0]![0]]);
      const data = JSON.stringify({ type, ...Object.fromEntries(wrong) });
      const problems = broken.map((name) => `${name}${fields[name]!.breaks[0]![1]}`);
      const event = decode(data);
      expect(event).toMatchObject({ type: 'malformed', data });
      expect([...(event.type === 'malformed' ? event.problems : [])].sort()).toEqual(
        problems.sort(),
      );
    });
  });
};
