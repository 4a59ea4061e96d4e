import { concat, EMPTY, firstValueFrom, NEVER, of, throwError } from 'rxjs';
import { ApiError } from 'm8tes-rx';
import type { Authorize, Grant } from 'm8tes-rx/relay';
import { admission, boundKey, type Action } from '../../lib/relay/admission';
import { told } from '../helpers/told';

const request = new Request('https://page.test/m8tes/runs/7');
const watching: Action = { name: 'watch', run_id: 7, params: {} };
const grant: Grant = { owner: 'ann' };

const admitted = (authorize: Authorize, action = watching, check = () => of(true as unknown)) =>
  told(admission(authorize, check)(request, action));

describe('admission', () => {
  it.each([
    ['a value', () => grant],
    ['a Promise', () => Promise.resolve(grant)],
    ['an Observable', () => of(grant)],
  ])('lets in who is granted it: %s', async (_, authorize) => {
    expect((await admitted(authorize)).values).toEqual([grant]);
  });

  it('asks with the request and what is to be done', async () => {
    const authorize = jest.fn(() => grant);
    await admitted(authorize);
    expect(authorize).toHaveBeenCalledWith(request, watching);
  });

  it.each([undefined, null, false] as const)('turns away who is granted %s', async (nothing) => {
    for (const authorize of [() => nothing, () => Promise.resolve(nothing)]) {
      const { error } = await admitted(authorize);
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ status: 403, kind: 'forbidden' });
    }
  });

  it('hears one word of an Observable, and takes none for nothing', async () => {
    const twice = await admitted(() => concat(of(grant, { owner: 'bob' }), NEVER));
    expect(twice).toEqual({ values: [grant], ended: 'completed' });
    expect((await admitted(() => EMPTY)).error).toMatchObject({ status: 403 });
  });

  it('says that there is nothing where nobody may know', async () => {
    expect((await admitted(() => 'missing')).error).toMatchObject({ status: 404, kind: 'missing' });
  });

  it('lets nobody in where it is not said who it is', async () => {
    for (const owner of ['', undefined, 7, null]) {
      const { error, values } = await admitted(() => ({ owner }) as unknown as Grant);
      expect([values, error]).toEqual([[], expect.any(TypeError)]);
    }
  });

  it('lets nobody in where authorize fails', async () => {
    const thrown = new Error('the database is away');
    const fails: Authorize[] = [
      () => {
        throw thrown;
      },
      () => Promise.reject(thrown),
      () => throwError(() => thrown),
    ];
    for (const authorize of fails) {
      expect(await admitted(authorize)).toMatchObject({ values: [], error: thrown });
    }
  });

  it('asks the API once whether a run is the user’s, and remembers that it is', async () => {
    const check = jest.fn(() => of(true as unknown));
    const admit = admission(() => ({ ...grant, params: { user_id: 'ann' } }), check);
    for (const _ of [1, 2]) await firstValueFrom(admit(request, watching));
    expect(check.mock.calls).toEqual([[7, 'ann']]);
    await firstValueFrom(admit(request, { ...watching, run_id: 8 }));
    expect(check).toHaveBeenCalledTimes(2);
    await firstValueFrom(admit(request, { name: 'create', params: {} }));
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('lets nobody to a run of another user, and asks again the next time', async () => {
    const missing = new ApiError('no', { kind: 'missing', status: 404 });
    const check = jest.fn(() => throwError(() => missing));
    const admit = admission(() => ({ ...grant, params: { user_id: 'eve' } }), check);
    for (const _ of [1, 2])
      expect(await told(admit(request, watching))).toMatchObject({ error: missing });
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('does not let in before it is known', () => {
    const values: unknown[] = [];
    const admit = admission(
      () => ({ ...grant, params: { user_id: 'ann' } }),
      () => NEVER,
    );
    const subscription = admit(request, watching).subscribe((value) => values.push(value));
    subscription.unsubscribe();
    expect(values).toEqual([]);
  });
});

describe('boundKey', () => {
  it('is the same for the same person’s same key, and for no other', async () => {
    const keys = [
      await boundKey('ann', 'k'),
      await boundKey('bob', 'k'),
      await boundKey('ann', 'l'),
      await boundKey('an', 'nk'),
      await boundKey('ann","k', ''),
    ];
    expect(new Set(keys).size).toBe(5);
    expect(await boundKey('ann', 'k')).toBe(keys[0]);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is a new one where there is none', async () => {
    expect(await boundKey('ann', null)).not.toBe(await boundKey('ann', null));
  });
});
