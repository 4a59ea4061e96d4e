import {
  isPlanApproval,
  planText,
  questions,
  type Answer,
  type Approval,
  type PermissionRequest,
  type Question,
} from 'm8tes-rx';
import { fresh, h, say, set, type Child } from './dom';
import { markdown } from './markdown';

/** What a person says to a request. */
export type Decided =
  | { readonly approval: Omit<Approval, 'request_id'>; readonly said: string }
  | { readonly answers: Answer['answers']; readonly said: string };

const button = (label: string, kind: 'primary' | 'plain', act: () => void): HTMLButtonElement => {
  const element = h('button', { type: 'button', class: kind }, label);
  element.onclick = act;
  return element;
};

/** A line to write on, with its name above it; Enter says it. */
const line = (label: string, placeholder: string, act: () => void) => {
  const id = fresh('line');
  const input = h('input', { id, type: 'text', placeholder, autocomplete: 'off' });
  input.onkeydown = (event) => {
    if (event.key === 'Enter' && !event.isComposing && input.value.trim() !== '') act();
  };
  return { input, element: h('div', { class: 'line' }, h('label', { for: id }, label), input) };
};

type Say = (decided: Decided) => void;

/** May this tool be used? Shown is what the consent screen is given, never the tool's own word. */
const approval = (request: PermissionRequest, decide: Say): readonly Child[] => {
  const { consequence, fields = [], prose, can_remember, remember_default } = request;
  const remember = h('input', { type: 'checkbox', checked: remember_default });
  const reason = line('Reason, if you deny', 'Optional', () => deny());
  const remembered = () => ({ remember: can_remember === true && remember.checked });
  const deny = (): void => {
    const why = reason.input.value.trim();
    const approval = { decision: 'deny', ...remembered(), ...(why && { reason: why }) } as const;
    decide({ approval, said: 'You denied this.' });
  };
  const pairs = fields.filter((field): field is readonly unknown[] => Array.isArray(field));
  return [
    consequence !== undefined && h('p', { class: 'consequence' }, consequence),
    pairs.length > 0 &&
      h(
        'dl',
        { class: 'fields' },
        ...pairs.map(([label, value]) =>
          h('div', {}, h('dt', {}, plain(label)), h('dd', {}, plain(value))),
        ),
      ),
    prose !== undefined && h('p', { class: 'pre' }, prose),
    h(
      'div',
      { class: 'buttons' },
      button('Allow', 'primary', () =>
        decide({ approval: { decision: 'allow', ...remembered() }, said: 'You allowed this.' }),
      ),
      button('Deny', 'plain', deny),
      can_remember === true && h('label', { class: 'check' }, remember, 'Remember this decision'),
      reason.element,
    ),
  ];
};

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** A plan, to be approved or sent back with what to do otherwise. */
const planned = (request: PermissionRequest, decide: Say): readonly Child[] => {
  const text = markdown();
  text.show(planText(request) ?? '', true);
  const answer = (reply: string, said: string) =>
    decide({ answers: { 'Plan Approval': reply }, said });
  const revise = (): void => {
    const how = revision.input.value.trim();
    if (how === '') return revision.input.focus();
    answer(`Revise: ${how}`, 'You sent the plan back.');
  };
  const revision = line('What to change', '', revise);
  return [
    text.element,
    h(
      'div',
      { class: 'buttons' },
      button('Approve', 'primary', () => answer('Approve', 'You approved the plan.')),
      button('Revise', 'plain', revise),
      revision.element,
    ),
  ];
};

/** One question: its options, and a line for an answer of one's own. */
const ask = (
  { question, multiSelect = false, options }: Question,
  act: () => void,
): { readonly element: HTMLElement; readonly answer: () => string } => {
  const name = fresh('question');
  const labels = (Array.isArray(options) ? options : []).map(({ label }) => plain(label));
  const type = multiSelect ? 'checkbox' : 'radio';
  const boxes = labels.map((value) => h('input', { type, name, value }));
  const own = line(labels.length > 0 ? 'Or in your own words' : 'Your answer', '', act);
  return {
    element: h(
      'fieldset',
      {},
      h('legend', {}, question),
      ...boxes.map((box) => h('label', { class: 'check' }, box, box.value)),
      own.element,
    ),
    answer: () => {
      const words = own.input.value.trim();
      const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value);
      return [...chosen, ...(words === '' ? [] : [words])].join(', ');
    },
  };
};

const asked = (request: PermissionRequest, decide: Say): readonly Child[] => {
  const all = questions(request);
  const list = all.length > 0 ? all : [{ question: request.prose ?? 'The run asks for an answer' }];
  const problem = h('p', { class: 'problem', role: 'alert' });
  const act = (): void => {
    const answers = list.map(({ question }, i) => [question || 'answer', parts[i]!.answer()]);
    const isWhole = answers.every(([, answer]) => answer !== '');
    if (!isWhole) return say(problem, 'Choose an answer, or write one.');
    const said = `You answered: ${answers.map(([, answer]) => answer).join('; ')}`;
    decide({ answers: Object.fromEntries(answers) as Answer['answers'], said });
  };
  const parts = list.map((question) => ask(question, act));
  return [
    ...parts.map(({ element }) => element),
    problem,
    h('div', { class: 'buttons' }, button('Answer', 'primary', act)),
  ];
};

const kinds = {
  approval: { eyebrow: 'Needs your approval', content: approval },
  plan: { eyebrow: 'A plan to approve', content: planned },
  question: { eyebrow: 'A question for you', content: asked },
};

/** What is asked of people, as a card that says who decided in the end, and how. */
export const card = (request: PermissionRequest, decide: (decided: Decided) => void) => {
  const isQuestion = request.tool_name === 'AskUserQuestion';
  const { eyebrow, content } =
    kinds[isPlanApproval(request) ? 'plan' : isQuestion ? 'question' : 'approval'];
  const id = fresh('card');
  const title = isQuestion ? undefined : request.display_name || 'Use a tool';
  const problem = h('p', { class: 'problem', role: 'alert' });
  const verdict = h('p', { class: 'verdict', tabindex: -1 });
  const element = h(
    'div',
    { class: 'card', role: 'group', 'aria-labelledby': id },
    h('p', { class: 'eyebrow', ...(title === undefined && { id }) }, eyebrow),
    title !== undefined && h('h3', { id }, title),
    ...content(request, (decided) => {
      say(problem, '');
      decide(decided);
    }),
    problem,
  );
  const buttons = element.querySelector('.buttons')!;
  const fields = element.querySelectorAll('fieldset');

  /** What has the focus goes away: whoever was there goes on from here, unless they went elsewhere. */
  let hadFocus = false;
  const refocus = (next: HTMLElement | null): void => {
    if (hadFocus && document.activeElement === document.body) next?.focus();
    hadFocus = false;
  };

  return {
    element,
    /** An answer is on its way, and another one would not count. */
    wait: (isWaiting: boolean) => {
      hadFocus ||= element.contains(document.activeElement);
      set(element, 'inert', isWaiting);
      if (!isWaiting) refocus(element.querySelector('button'));
    },
    fail: (text: string) => say(problem, text),
    /** It is decided. What was asked stays, and what could be chosen, and all of it where it is. */
    close: (text: string) => {
      hadFocus ||= element.contains(document.activeElement);
      buttons.replaceWith(verdict);
      for (const field of fields) field.disabled = true;
      say(problem, '');
      say(verdict, text);
      set(element, 'inert', false);
      set(element, 'data-closed', true);
      refocus(verdict);
    },
  };
};

export type Card = ReturnType<typeof card>;
