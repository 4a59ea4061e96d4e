// One run, two machines, three viewers. In the middle of it the machine that reads the run is killed;
// the other takes over, and everybody reads every word once.
//
//   npm run relay:demo

import { fileURLToPath } from 'node:url';
import type { RunLog } from 'm8tes-rx/relay';
import { localServer } from 'm8tes-rx/testing';
import { auditTime, combineLatest, concatMap, defaultIfEmpty, filter, firstValueFrom } from 'rxjs';
import { forkJoin, interval, lastValueFrom, ReplaySubject, share } from 'rxjs';
import { take, takeUntil, tap, timer, type Observable } from 'rxjs';
import { balancer } from './relay/demo/balancer';
import { embedded, processes, type Machine } from './relay/demo/machines';
import { ownRedis } from './relay/demo/redis';
import { screen } from './relay/demo/screen';
import { tale, whole } from './relay/demo/tale';
import { viewer, type Viewer } from './relay/demo/viewer';
import { bold, dim, green, red } from './terminal';

/** Milliseconds that a machine may be missing. */
const LONGEST = 10_000;

const { show, tell, leave } = screen();
process.once('SIGINT', () => process.exit(130));

tell(bold('One run, two machines behind a balancer, three viewers'));
const redis = await ownRedis();
tell(
  dim(
    redis === undefined
      ? 'Redis 7 is not installed (apt-get install redis-server, or brew install redis): so both ' +
          'machines are in this process, with their log in memory'
      : 'each machine a process of its own, with their log in a Redis of the demo',
  ),
);

const api = await localServer({ script: tale, pace: 30 });
const relay = fileURLToPath(import.meta.url.replace(/relay-demo(\.\w+)$/, 'relay$1'));
const { all, log } =
  redis === undefined ? await embedded(2, api.url) : await processes(2, relay, api.url, redis);
const [machine] = all as readonly [Machine, Machine];
const baseUrl = `http://127.0.0.1:${await balancer(all.map(({ port }) => port))}/api/v2`;

// The first connection is the first machine's: it is ada's, and what she starts is read there.
const run_id$ = new ReplaySubject<number>(1);
const starting = (name: string): Observable<Viewer> =>
  viewer(name, baseUrl, (runs) =>
    runs.create({ message: 'What is a relay?' }).pipe(
      tap({
        next: (event) => event.type === 'metadata' && run_id$.next(event.payload.run_id!),
        error: (error) => run_id$.error(error),
      }),
    ),
  );
const joining = (name: string): Observable<Viewer> =>
  viewer(name, baseUrl, (runs) =>
    run_id$.pipe(
      take(1),
      concatMap((id) => runs.join(id)),
    ),
  );
const seen$ = combineLatest([starting('ada'), joining('ben'), joining('cleo')]).pipe(share());

/** Ends the machine that reads a run, and waits for the other to read it. */
const takeover = async (log: RunLog, run_id: number): Promise<boolean> => {
  // Whoever takes the office of a run's one reader gets an epoch of its own.
  const epochOf = async (): Promise<number> => (await log.stat(`${run_id}`))?.epoch ?? 0;
  const before = await epochOf();
  const begun = performance.now();
  const how = await machine.end();
  tell(red(`✗ machine 1, which reads the run for all of them, is ${how}`));
  const isTaken = await firstValueFrom(
    interval(20).pipe(
      concatMap(epochOf),
      filter((epoch) => epoch > before),
      takeUntil(timer(LONGEST)),
    ),
    { defaultValue: 0 },
  );
  const after = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  tell(
    isTaken
      ? green(`✓ machine 2 takes over ${after} later, and goes on after what the log holds`)
      : red(`✗ nobody takes over within ${after}`),
  );
  return isTaken > 0;
};

const takeover$ = seen$.pipe(
  filter(([ada]) => ada.text.length > whole.length / 3),
  take(1),
  concatMap(([ada]) => takeover(log, ada.run_id!)),
  defaultIfEmpty(false),
);

const [seen, isTakenOver] = await lastValueFrom(
  forkJoin([seen$.pipe(auditTime(40), tap(show)), takeover$]),
);
leave();

const isWhole = ({ text, problem }: Viewer): boolean => text === whole && problem === undefined;
for (const one of seen) {
  const { name, text, interruptions, problem } = one;
  const facts = [
    `${text.length} characters`,
    `${isWhole(one) ? '' : 'NOT '}equal to the script`,
    interruptions === 1 ? '1 interruption' : `${interruptions || 'no'} interruptions`,
    problem,
  ];
  const mark = isWhole(one) ? green('✓') : red('✗');
  tell(`${mark} ${bold(name.padEnd(4))} ${facts.filter(Boolean).join(', ')}`);
}
process.exit(seen.every(isWhole) && isTakenOver && api.runs().length === 1 ? 0 : 1);
