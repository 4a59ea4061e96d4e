import type { PermissionMode } from 'm8tes-rx';
import { filter, fromEvent, map, merge, type Observable } from 'rxjs';
import { byId, say, set } from './dom';

/** What a person sends. */
export interface Sent {
  readonly message: string;
  readonly permission_mode: PermissionMode;
}

/** The box that messages are written in. */
export const composer = () => {
  const form = byId('composer');
  const box = byId('message') as HTMLTextAreaElement;
  const mode = byId('permission-mode') as HTMLSelectElement;
  const send = byId('send') as HTMLButtonElement;
  let isFree = true;

  const entered$ = fromEvent<KeyboardEvent>(box, 'keydown').pipe(
    filter(({ key, shiftKey, isComposing }) => key === 'Enter' && !shiftKey && !isComposing),
  );
  const sent$: Observable<Sent> = merge(entered$, fromEvent(form, 'submit')).pipe(
    map((event) => event.preventDefault()),
    filter(() => isFree && box.value.trim() !== ''),
    map(() => {
      const message = box.value;
      box.value = '';
      return { message, permission_mode: mode.value as PermissionMode };
    }),
  );

  return {
    sent$,
    /** Not where that opens a keyboard over half of the page. */
    focus: () => {
      if (matchMedia('(hover: hover)').matches) box.focus();
    },
    /** Gives back what could not be sent, unless something else stands there by now. */
    restore: (message: string) => {
      if (box.value === '') box.value = message;
    },
    /** It is sent after all, in another way. */
    take: (message: string) => {
      if (box.value === message) box.value = '';
    },
    mode: () => mode.value as PermissionMode,
    /** A reply goes on with a run, and asks nothing; while one works, nothing can be sent. */
    show: (isReply: boolean, isBusy: boolean) => {
      isFree = !isBusy;
      say(send, isReply ? 'Reply' : 'Send');
      set(send, 'aria-disabled', isBusy && 'true');
      set(byId('mode'), 'data-off', isReply);
      mode.disabled = isReply;
      const free = isReply ? 'Reply to this run …' : 'What shall be done?';
      set(box, 'placeholder', isBusy ? 'You can reply when this turn is over …' : free);
    },
  };
};
