import { startWith, type OperatorFunction } from 'rxjs';
import { isInfrastructure, isTerminal, isToolEvent } from '../../events/kinds';
import type { RunEvent } from '../../events/RunEvent';
import { operator } from '../../operator';
import { requestsOf } from '../requests';
import type { Asking } from '../segment';
import { blocks } from './blocks';
import { calls } from './calls';
import { cut, ending, type Ended } from './ending';
import type { AgUiEvent, AgUiMessage } from './events';
import { interrupt } from './interrupts';

/** How a segment of a turn is told. */
export interface Mapping {
  /** What the client calls the thread, and the run that it wants. */
  readonly threadId: string;
  readonly runId: string;
  /** What all ids of this turn begin with: no other turn of the thread has it. */
  readonly scope: string;
  /** Requests that the client knows: it is told what follows them all. */
  readonly after?: readonly string[];
  /** What it is told first. */
  readonly first?: readonly AgUiEvent[];
  /** The messages that it has. What of them is told again, it has to forget. */
  readonly had?: readonly AgUiMessage[];
}

/**
 * A turn, from its start and up to where it waits for people, as a run of AG-UI. Whatever happens,
 * it ends with RUN_FINISHED or RUN_ERROR and completes: of a stream that is cut the client says that
 * it went well.
 *
 * Ids are numbered through the turn, so that they are the same however often it is told, and from
 * whichever request on.
 */
export const toAgUi = ({
  threadId,
  runId,
  scope,
  after = [],
  first = [],
  had = [],
}: Mapping): OperatorFunction<RunEvent | Asking, AgUiEvent> => {
  const again = (number: number) => retold(had, scope, number);
  const told = operator<RunEvent | Asking, AgUiEvent>((subscriber) => {
    const awaited = new Set(after);
    let isMuted = awaited.size > 0;
    let number = 0;
    const newId = (name = ''): string => `${scope}.${++number}${name === '' ? '' : `.${name}`}`;
    const say = (event: AgUiEvent): void => {
      if (!isMuted) subscriber.next(event);
    };
    const said = blocks(say, newId);
    const called = calls(say, newId);
    const ends = ending();

    /** Nothing stays open, and nothing follows. */
    const end = (ended: Ended): void => {
      said.close();
      called.close();
      isMuted = false;
      subscriber.next(ended.type === 'RUN_ERROR' ? ended : { ...ended, threadId, runId });
      subscriber.complete();
    };

    const next = (event: RunEvent): void => {
      ends.add(event);
      if (said.take(event)) return;
      switch (event.type) {
        case 'message-start':
        case 'message-end':
          return said.close();
        case 'todo-update':
          return say({
            ...{ type: 'ACTIVITY_SNAPSHOT', messageId: `${scope}.todos`, activityType: 'todos' },
            content: { todos: event.todos },
          });
        case 'message-delta':
        case 'awaiting_approval': // the outcome tells it
          return;
        default:
      }
      if (isTerminal(event)) return; // and so it does how the turn ended
      if (isToolEvent(event)) {
        said.close();
        return called.add(event);
      }
      if (event.type === 'permission_request') said.close(); // here another segment may begin
      say(beside(event));
      if (!isMuted || event.type !== 'permission_request') return;
      for (const id of requestsOf(event)) awaited.delete(id);
      if (awaited.size > 0) return;
      called.close();
      isMuted = false;
      again(number).forEach(say);
    };

    return {
      next: (event) => {
        if (event.type !== 'asking') return next(event);
        const interrupts = event.requests.map((request) => interrupt(request, called.idOf));
        return end(
          isMuted || interrupts.length === 0
            ? cut()
            : { type: 'RUN_FINISHED', outcome: { type: 'interrupt', interrupts } },
        );
      },
      error: (error) => end(cut(error)),
      complete: () => end(isMuted ? cut() : ends.ended()),
    };
  });
  return (source) =>
    source.pipe(
      told,
      startWith<AgUiEvent>(
        { type: 'RUN_STARTED', threadId, runId, protocolVersion: '1.0' },
        ...first,
        ...(after.length > 0 ? [] : again(0)),
      ),
    );
};

/**
 * What a client has to forget of a turn, before it is told again from behind a number: at a message
 * that it knows it would write on. What it does not send, it keeps: reasoning is emptied, not left
 * out, for where there is none at all it keeps its own.
 */
const retold = (had: readonly AgUiMessage[], scope: string, number: number): AgUiEvent[] => {
  const isAgain = ({ id }: AgUiMessage): boolean =>
    id.startsWith(`${scope}.`) && parseInt(id.slice(scope.length + 1), 10) > number;
  if (!had.some(isAgain)) return [];
  const messages = had
    .filter((message) => message.role === 'reasoning' || !isAgain(message))
    .map((message) => (isAgain(message) ? { ...message, content: '' } : message));
  return [{ type: 'MESSAGES_SNAPSHOT', messages }];
};

/** What AG-UI has no event for: by its own name; what nobody knows as it came. */
const beside = (event: RunEvent): AgUiEvent => {
  const source = 'm8tes';
  if (event.type === 'unknown') return { type: 'RAW', event: event.raw, source };
  if (event.type === 'malformed' || isInfrastructure(event)) return { type: 'RAW', event, source };
  const { type: name, ...value } = event;
  return { type: 'CUSTOM', name, value };
};
