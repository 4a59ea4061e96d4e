import { decodeEvent } from '../../lib/events/decode';
import { protocol, type Row } from '../../lib/events/protocol';
import { bare, rows, types } from './protocol';

type Json = { readonly [name: string]: unknown };

const decoded = (frame: Json): Json => decodeEvent(JSON.stringify(frame)) as unknown as Json;

// A server newer than the client, or a hostile one. `toJSON` and `then` that are no functions are data.
const more =
  '"isNew":{"a":[null]},"none":null,"__proto__":{"polluted":true},"then":1,"toJSON":"x",' +
  '"constructor":null,"hasOwnProperty":0,"subtype":"init","":"empty"';

describe('protocol', () => {
  it('has the types of the contract', () => {
    expect(Object.keys(protocol).sort()).toEqual([...types].sort());
  });

  const free = types.filter((type) => Object.keys(rows[type]!.fields).length === 0);

  describe.each(types.filter((type) => !free.includes(type)))('%s', (type) => {
    const { fields } = rows[type]!;
    const names = Object.keys(fields);
    const every: Json = {
      type,
      ...Object.fromEntries(names.map((name) => [name, fields[name]!.fits.at(-1)])),
    };
    const nulls: Json = { type, ...Object.fromEntries(names.map((name) => [name, null])) };

    /** The whole event, with something else in one field, or with that field absent. */
    const having = (name: string, becomes: unknown): Json => {
      const { [name]: _one, ...rest } = every;
      if (becomes !== undefined) return { ...rest, [name]: becomes };
      return 'absent' in fields[name]! ? { ...rest, [name]: fields[name].absent } : rest;
    };

    it('is valid without any field', () => {
      expect(decoded({ type })).toStrictEqual(bare(type));
    });

    it('takes null for absent', () => {
      expect(decoded(nulls)).toStrictEqual(bare(type));
      for (const name of names) {
        expect(decoded({ type, [name]: null })).toStrictEqual(bare(type));
        expect(decoded({ ...every, [name]: null })).toStrictEqual(having(name, undefined));
      }
    });

    it('hands on what fits, as it is', () => {
      expect(decoded(every)).toStrictEqual(every);
      for (const name of names) {
        for (const value of fields[name]!.fits) {
          expect(decoded({ type, [name]: value })).toStrictEqual({ ...bare(type), [name]: value });
        }
      }
    });

    it('mends what does not, and touches nothing else', () => {
      for (const name of names) {
        for (const [value, becomes] of fields[name]!.mends) {
          expect(decoded({ ...every, [name]: value })).toStrictEqual(having(name, becomes));
        }
      }
    });

    it('is what it is though every field be wrong', () => {
      const wrong = (index: number): Json =>
        Object.fromEntries(names.map((name) => [name, fields[name]!.mends.at(index)?.[0] ?? null]));
      for (const index of [0, -1]) expect(decoded({ type, ...wrong(index) })['type']).toBe(type);
    });

    it('is malformed only where a text is an object or a list, and says which', () => {
      for (const name of names) {
        for (const value of fields[name]!.refuses ?? []) {
          const frame = { ...every, [name]: value };
          expect(decoded(frame)).toStrictEqual({
            type: 'malformed',
            data: JSON.stringify(frame),
            problems: [`${name}: expected string`],
          });
        }
      }
    });

    it('keeps the fields it does not know', () => {
      const kept = JSON.parse(`{${more}}`) as Json;
      for (const frame of [every, nulls]) {
        const data = JSON.stringify(frame).replace(/\}$/, `,${more}}`);
        const event = decodeEvent(data) as unknown as Json;
        expect(event['type']).toBe(type);
        expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
        for (const name of Object.keys(kept)) {
          expect(Object.hasOwn(event, name)).toBe(true);
          expect(event[name]).toStrictEqual(kept[name]);
        }
        expect(({} as Json)['polluted']).toBeUndefined();
      }
    });
  });

  it.each(free)('%s is free: nothing in it is a field, and all is kept', (type) => {
    for (const frame of [
      { type },
      { type, error: { a: 1 }, message: 5, id: null, delta: [], payload: 'x', todos: null },
    ]) {
      expect(decoded(frame)).toStrictEqual(frame);
    }
  });

  // What follows is checked by the compiler; it runs only to be counted.
  it('takes no row that does not say what its event does', () => {
    const whole = { fields: {}, place: 'follows', deeds: [] } satisfies Row;
    const placeless = {
      fields: {},
      deeds: [],
      // @ts-expect-error where in a turn it stands must be said
    } satisfies Row;
    const idle = {
      fields: {},
      place: 'follows',
      // @ts-expect-error what it does must be said, if only "nothing"
    } satisfies Row;
    // @ts-expect-error a place is one of those that the table knows
    const misplaced = { fields: {}, place: 'precedes', deeds: [] } satisfies Row;
    // @ts-expect-error and so is a deed
    const odd = { fields: {}, place: 'follows', deeds: ['sings'] } satisfies Row;
    // @ts-expect-error what a frame holds is told in codecs
    const untold = { fields: { id: 'string' }, place: 'follows', deeds: [] } satisfies Row;
    // @ts-expect-error nor does a table of bare fields do
    const table = { 'brand-new': {} } satisfies { readonly [type: string]: Row };
    expect([whole, placeless, idle, misplaced, odd, untold, table]).toHaveLength(7);
  });
});
