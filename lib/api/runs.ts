import { concatMap, defer, type Observable } from 'rxjs';
import type { RunEvent } from '../events/RunEvent';
import { path } from '../http/path';
import { textOnly } from '../operators/textOnly';
import { resume } from '../stream/resume';
import type { Api } from './Api';
import { ask } from './ask';
import type { CallOptions } from './CallOptions';
import { check } from './check';
import { CreateParams } from './CreateParams';
import { join } from './join';
import { poll, PollOptions } from './poll';
import { recordOf } from './recordOf';
import { ReplyParams } from './ReplyParams';
import { Run } from './Run';
import { start } from './start';

void concatMap;
