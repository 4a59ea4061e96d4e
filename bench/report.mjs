// Writes docs/performance.md, and its picture beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { root } from './here.mjs';

const version = (name) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

const markdown = ({ title, heads, figures, rows }) =>
  [
    `## ${title}\n`,
    ...[heads, heads.map((_, column) => (figures.includes(column) ? '---:' : '---')), ...rows].map(
      (cells) => `| ${cells.join(' | ')} |`,
    ),
  ].join('\n');

export const report = async (lines, tables, { rounds, scale, pins }) => {
  const file = join(root, 'docs', 'performance.md');
  const versions = Object.entries(pins).map(([name, pin]) => `${name} ${pin}`);
  const text = `# Performance

${tables.map(markdown).join('\n\n')}

Node ${process.versions.node}, ${cpus().length} × ${cpus()[0].model.trim()}; rxjs ${version('rxjs')}, io-ts ${version('io-ts')}, fp-ts ${version('fp-ts')}; ${versions.join(', ')}; ${rounds} rounds, ${scale.events} events.
`;
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
};
