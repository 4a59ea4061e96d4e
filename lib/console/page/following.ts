import { fromEvent, map, merge, startWith, type Observable } from 'rxjs';
import { set } from './dom';

/** Pixels from the end that still count as the end. */
const NEAR = 48;

/**
 * Keeps the end of a growing text in sight, as long as whoever reads it is at the end; who has gone up
 * to read is let be, and has a button that leads back.
 */
export const following = (scroller: HTMLElement, button: HTMLElement) => {
  const isAtEnd = (): boolean =>
    scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  const toEnd = (): void => void (scroller.scrollTop = scroller.scrollHeight);
  let isFollowing = true;

  const moved$: Observable<boolean> = merge(
    fromEvent(scroller, 'scroll').pipe(map(isAtEnd)),
    fromEvent(button, 'click').pipe(map(() => true)),
  ).pipe(startWith(true));

  return {
    /** Whoever scrolls says whether they follow. */
    moved$: moved$.pipe(
      map((is) => {
        if (is && !isAtEnd()) toEnd();
        isFollowing = is;
        set(button, 'hidden', is);
        return is;
      }),
    ),
    /** The text has grown. */
    grown: (): void => {
      if (isFollowing) toEnd();
    },
    restart: (): void => {
      isFollowing = true;
      set(button, 'hidden', true);
      toEnd();
    },
  };
};
