// Which commands answer what was typed, best first; what cannot run comes last. `>` only actions, `#` models, `?` help.
import type { Command } from './commands.tsx';

const PREFIXES: Readonly<Record<string, Command['group']>> = { '>': 'action', '#': 'model', '?': 'help' };

/** Higher is better; 0 is no match. Letters may be left out but not swapped. */
export function matchScore(title: string, query: string): number {
  if (query === '') return 1;
  const text = title.toLowerCase();
  const found = text.indexOf(query);
  if (found === 0) return 4;
  if (found > 0) return text[found - 1] === ' ' ? 3 : 2;
  let place = 0;
  for (const letter of query) {
    if (letter === ' ') continue;
    place = text.indexOf(letter, place) + 1;
    if (place === 0) return 0;
  }
  return 1;
}

const GROUP_ORDER: readonly Command['group'][] = ['action', 'model', 'run', 'setting', 'help'];

export function rankCommands(commands: readonly Command[], typed: string, recent: readonly string[]): Command[] {
  const group = PREFIXES[typed.slice(0, 1)];
  const query = (group === undefined ? typed : typed.slice(1)).trim().toLowerCase();
  const rank = (command: Command): number[] => [
    command.blockedBy === undefined ? 0 : 1,
    query === '' && recent.includes(command.id) ? recent.indexOf(command.id) - 100 : 0,
    -matchScore(`${command.title} ${command.detail ?? ''}`, query),
    GROUP_ORDER.indexOf(command.group),
  ];
  return commands
    .filter((command) => group === undefined || command.group === group)
    .filter((command) => matchScore(`${command.title} ${command.detail ?? ''}`, query) > 0)
    .map((command) => ({ command, rank: rank(command) }))
    .sort((a, b) => a.rank.map((value, place) => value - b.rank[place]!).find((difference) => difference !== 0) ?? 0)
    .map(({ command }) => command);
}
