import type { ReplaySubject, Subject } from 'rxjs';
import type { Line } from '../Line';
import type { PermissionRequest } from '../PermissionRequest';
import type { Run } from '../Run';
import type { RunMessage } from '../RunMessage';
import type { Verdict } from '../Verdict';
import type { Ask } from '../Ask';

/** A message being worked on, or worked on long ago. */
export interface HeldTurn {
  readonly message: string;
  /** Whether people may be asked. [wire §5] */
  readonly interactive: boolean;
  /** What its stream says, from the beginning; completes when the turn is over. */
  readonly lines: ReplaySubject<Line>;
  readonly stop: AbortController;
  text: string;
  /** Its terminal event was sent. */
  ended: boolean;
  /** Nothing more is coming. */
  over: boolean;
}

/** An ask that waits, or waited, for people. */
export interface Gate {
  request: PermissionRequest;
  readonly meanwhile: Ask['meanwhile'];
  readonly settle: (verdict: Verdict) => void;
}

/** A file a run was given, or made. */
export interface HeldFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A run as the server keeps it: its record, and what the routes under it read. */
export interface HeldRun {
  record: Run;
  readonly turns: HeldTurn[];
  /** Replies that came while a turn was executing. */
  readonly queue: string[];
  readonly gates: Gate[];
  readonly files: Map<string, HeldFile>;
  readonly messages: RunMessage[];
  /** Emits each time the run begins to wait for people. */
  readonly paused: Subject<void>;
  share_token?: string | undefined;
}
