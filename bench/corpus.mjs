// The runs that every variant reads: seeded, so that all of them read the same.

/** Mulberry32: the same numbers everywhere. */
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

const letters = 'etaoinshrdlucmfwypvbgk    eaio,.';
const foreign = ['é', 'ü', 'ß', '—', '…', '→', '日', '本', 'да', '🙂'];
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789';

/** Who writes a run: a source of numbers, and what is made of them. */
const Author = (seed = 5) => {
  const next = random(seed);
  const below = (limit) => Math.floor(next() * limit);
  const of = (characters, length) => {
    let text = '';
    while (text.length < length) text += characters[below(characters.length)];
    return text;
  };
  const word = (length) => of(letters, length);
  /** 4 to 12 characters: 3 % of the pieces have one that is not ASCII, 2 % an escape. */
  const piece = () => {
    const text = word(4 + below(9));
    const kind = next();
    if (kind < 0.03) return text.slice(0, -2) + foreign[below(foreign.length)];
    if (kind < 0.05) return text.slice(0, -2) + (kind < 0.04 ? '\n' : '"');
    return text;
  };
  /** 1 to 4 Chinese characters, now and then with a stop. */
  const chinese = () => {
    const text = Array.from({ length: 1 + below(4) }, () =>
      String.fromCharCode(0x4e00 + below(0x5000)),
    );
    return text.join('') + (next() < 0.08 ? '。' : '');
  };
  /** 400 to 2,000 characters, in pieces as those above. */
  const long = () => {
    const length = 400 + below(1_601);
    let text = '';
    while (text.length < length) text += piece();
    return text.slice(0, length);
  };
  /** The arguments of a tool call as JSON, in pieces of 4 to 12 characters. */
  const args = () => {
    const text = JSON.stringify({
      query: word(20 + below(200)),
      labels: [word(6), word(9)],
      limit: below(100),
      before: `2026-11-${10 + below(20)}`,
    });
    const pieces = [];
    for (let at = 0; at < text.length;) {
      const length = 4 + below(9);
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    return pieces;
  };
  const id = (prefix) => `${prefix}_01${of(alphabet, 22)}`;
  return { next, below, word, piece, chinese, long, args, id };
};

const first = [
  { type: 'metadata', payload: { run_id: 123 } },
  { type: 'message-start', messageId: 'msg_1' },
];
const last = [
  { type: 'message-end', messageId: 'msg_1' },
  { type: 'done', stop_reason: 'end_turn' },
];

/** A run of `count` events or hardly more, of one block at least: one after the other, as `block(author)` has them. */
const written = (block) => (count) => {
  const author = Author();
  const events = [...first];
  do events.push(...block(author));
  while (events.length < count - last.length);
  return [...events, ...last];
};

const toolCall = (author, pieces = author.args()) => {
  const toolCallId = author.id('toolu');
  return [
    { type: 'tool-call-start', toolName: 'gmail_search', toolCallId },
    ...pieces.map((delta) => ({ type: 'tool-call-delta', toolCallId, delta })),
    { type: 'tool-call-end', toolCallId },
    { type: 'tool-result-end', toolCallId, result: author.word(40 + author.below(200)) },
  ];
};

const deltas = (author, type, least, most, write) =>
  Array.from({ length: least + author.below(most - least) }, () => ({ type, delta: write() }));

/** Texts of 60 to 140 deltas, and after each a short tool call: more than nine in ten are text. */
const texts = (write) =>
  written((author) => [
    { type: 'text-start' },
    ...deltas(author, 'text-delta', 60, 140, () => write(author)),
    { type: 'text-end' },
    ...toolCall(author, [`{"query": "`, author.word(10), `"}`]),
  ]);

/** Ids as a model's API has them: one for a block. */
const withIds = (run) => (count) => {
  const author = Author(7);
  let id;
  return run(count).map((event) => {
    if (event.type === 'text-start') id = author.id('msg');
    return event.type.startsWith('text-') ? { ...event, id } : event;
  });
};

const KiB = 1024;

/** Runs by what they are about. */
export const runs = {
  texts: texts(({ piece }) => piece()),
  textsWithIds: withIds(texts(({ piece }) => piece())),
  chinese: texts(({ chinese }) => chinese()),
  long: texts(({ long }) => long()),
  tools: written((author) => toolCall(author)),
  thinking: written((author) => [
    { type: 'thinking-start' },
    ...deltas(author, 'thinking-delta', 60, 140, author.piece),
    { type: 'thinking-end' },
    ...deltas(author, 'text-delta', 4, 8, author.piece),
  ]),
  usage: written(({ below }) => {
    const [input_tokens, output_tokens] = [1_000 + below(9_000), below(9_000)];
    const usage = {
      input_tokens,
      output_tokens,
      cache_read_tokens: below(5_000),
      cache_creation_tokens: 0,
      total_tokens: input_tokens + output_tokens,
      cost_usd: (below(100_000) / 100_000).toFixed(5),
    };
    return [{ type: 'metadata', payload: { run_id: 123, usage } }];
  }),
  results: written((author) => {
    const toolCallId = author.id('toolu');
    let result = '';
    while (result.length < 256 * KiB) result += author.piece();
    return [
      { type: 'tool-call-start', toolName: 'read_file', toolCallId },
      { type: 'tool-call-end', toolCallId },
      { type: 'tool-result-end', toolCallId, result },
    ];
  }),
};
