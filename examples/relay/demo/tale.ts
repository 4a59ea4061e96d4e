import { text, words, type Script } from 'm8tes-rx/testing';

const sentences = [
  'A run belongs to no socket.',
  'One machine reads it from the API, once, however many people watch.',
  'What it reads goes into a log, and what viewers are told comes out of the log.',
  'So a page may be reloaded, a phone may change its network, and a server may be deployed over.',
  'About here the machine that reads this run goes away, in the middle of a sentence.',
  'It says no goodbye: its lease in the log runs out, and the next machine takes the office.',
  'That one reads what the log holds, joins the run at the API, and goes on after what is there, by content and not by number.',
  'Whoever wakes up too late is turned away by the log, at every write.',
  'The viewers of the machine that is gone come back through the balancer, and are told the rest.',
  'Those of the other have seen nothing but a pause.',
  'And all of them have read every word of this once, in order, to the end.',
];

/** What the run says, whole. */
export const whole = sentences.map((sentence) => `${sentence}\n`).join('');

/** Says it, word by word. */
export const tale: Script = () => text(...words(whole));
