import { animationFrames, audit, race, take, timer, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * Milliseconds after which the last state is there in a tab that has no frames, for it is hidden: often
 * enough for a title or a screen reader, and a thousandth of the work.
 */
const HIDDEN = 250;

/**
 * The states that are worth painting: of all that come between two frames, the last. However fast a
 * run is, the page works once a frame; and the last state of all is always painted.
 *
 * `auditTime(0, animationFrameScheduler)` would do in a tab that is seen. A hidden one has no frames at
 * all: it would stand still until somebody looks, and everything would come at once then.
 *
 * ```
 * state:    1-2-3-4-------5--|
 * frames:   -----f----f----f----f
 *           painted()
 * painted:  -----3----4----5-|
 * ```
 *
 * It is for states, each of which tells all that the ones before did: of events none may be left out.
 */
export const painted = <State>(): MonoTypeOperatorFunction<State> =>
  audit(() => race(animationFrames(), timer(HIDDEN)).pipe(take(1)));
