import { questions } from '../../lib/api/questions';

const asked = [
  { question: 'Which team?', header: 'Team', multiSelect: false, options: [{ label: 'A' }] },
];

describe('questions', () => {
  it.each([
    [
      'those that are asked',
      { tool_name: 'AskUserQuestion', tool_input: { questions: asked } },
      asked,
    ],
    [
      'only what is a question',
      {
        tool_name: 'AskUserQuestion',
        tool_input: { questions: [null, 'x', {}, { question: 7 }, ...asked] },
      },
      asked,
    ],
    ['none of a tool', { tool_name: 'gmail_send', tool_input: { questions: asked } }, []],
    ['none of no tool', { tool_input: { questions: asked } }, []],
    ['none of no input', { tool_name: 'AskUserQuestion' }, []],
    [
      'none of what is no list',
      { tool_name: 'AskUserQuestion', tool_input: { questions: {} } },
      [],
    ],
  ])('of a request are %s', (_, request, expected) => {
    expect(questions({ request_id: 'req', ...request })).toEqual(expected);
  });
});
