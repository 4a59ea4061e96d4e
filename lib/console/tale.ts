import { block, metrics, wait, words, type Script, type Step } from 'm8tes-rx/testing';
import { scenes, type Stage } from './scenes';

/** What can be said to the local server, a scene each. */
export const samples: readonly string[] = [
  'What can you show me?',
  'Ask me which region to look at',
  'Get my approval, then send the report',
  'Make a plan for the migration',
  'Write something long',
  'Fail halfway through',
];

/** As people work, and not as fast as a machine can. */
const stage = (turn: number, pace: number): Stage => {
  const id = (name: string): string => `${name}_${turn + 1}`;
  const pause = (steps: number): readonly Step[] => (pace > 0 ? wait(pace * steps) : []);
  function* slowly(steps: readonly Step[]): Iterable<Step> {
    for (const step of steps) {
      yield* pause(1);
      yield step;
    }
  }
  let paragraphs = 0;
  const say = (text: string): Iterable<Step> => {
    const break_ = paragraphs++ === 0 ? '' : '\n\n';
    return slowly(block('text', words(`${break_}${text}`), id(`text_${paragraphs}`)));
  };
  return { id, pause, slowly, say };
};

/**
 * What the local server of the console does with a message: it shows what there is to be seen. A word
 * in the message says what of it, see {@link samples}.
 *
 * @param pace milliseconds before each piece of text, and a few times that where something takes time;
 *   0 for specs
 */
export const tale = (pace = 25): Script =>
  function* ({ message, turn, run }) {
    const its = stage(turn, pace);
    const thoughts = `They say “${message}”. I take it word by word, and look before I answer.`;

    yield { type: 'sandbox-connecting', message: 'Starting a sandbox' };
    yield* its.pause(20);
    yield { type: 'sandbox-connected', sandbox_id: `sbx_${run.id}`, duration_ms: pace * 20 };
    yield* its.slowly(block('thinking', words(thoughts), its.id('thinking')));
    const [, scene] = scenes.find(([word]) => word.test(message))!;
    yield* scene(its);
    yield* metrics(1_840, 412);
  };
