import type { ReplaySubject, Subject, Subscription } from 'rxjs';
import type { WebhookKind } from '../../events/webhooks';
import type { Line } from '../Line';
import { now } from '../clock';
import type { MessageRecord, PermissionRecord, RunRecord } from '../records';
import type { Ask, Verdict } from '../Script';

/** A message being worked on, or worked on long ago. */
export interface HeldTurn {
  readonly message: string;
  /** Whether people may be asked. [wire §5] */
  readonly interactive: boolean;
  /** What its stream says, from the beginning; completes when the turn is over. */
  readonly lines: ReplaySubject<Line>;
  /** Its script, as long as it is played: unsubscribing stops it, and the turn is over. */
  readonly playing: Subscription;
  text: string;
  /** What it gives beside its text; undefined where its script does not say. */
  output_data?: unknown;
  /** Its terminal event was sent. */
  ended: boolean;
  /** Nothing more is coming. */
  over: boolean;
}

/** An ask that waits, or waited, for people. */
export interface Gate {
  request: PermissionRecord;
  readonly meanwhile: Ask['meanwhile'];
  readonly settle: (verdict: Verdict) => void;
}

/** A file a run was given, or made. */
export interface HeldFile {
  readonly name: string;
  readonly type: string;
  /** A blob is read when it is asked for: only a Promise tells what is in it. */
  readonly bytes: Uint8Array | Blob;
}

/** A run as the server keeps it: its record, and what the routes under it read. */
export interface HeldRun {
  record: RunRecord;
  /** What it was asked to give, beside its words. */
  readonly output_schema?: unknown;
  readonly turns: HeldTurn[];
  /** Replies that came while a turn was executing. */
  readonly queue: string[];
  readonly gates: Gate[];
  readonly files: Map<string, HeldFile>;
  readonly messages: MessageRecord[];
  /** Emits each time the run begins to wait for people. */
  readonly paused: Subject<void>;
  /** Emits each time the connections to the run break off, and how: with their sockets, or properly. */
  readonly cuts: Subject<'reset' | 'end'>;
  /** Tells those who want to know what has become of the run. [wire §6] */
  readonly tell: (event: WebhookKind) => void;
  share_token?: string | undefined;
}

/** The turn a run is executing; a run that waits for people executes still. */
export const executing = ({ turns }: HeldRun): HeldTurn | undefined => {
  const turn = turns.at(-1);
  return turn === undefined || turn.over ? undefined : turn;
};

/** Writes fields of a run's record, and when. */
export const change = (held: HeldRun, fields: Partial<RunRecord>): void => {
  const time = now();
  held.record = { ...held.record, updated_at: time, last_activity_at: time, ...fields };
};
