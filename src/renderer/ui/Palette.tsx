// The command palette: one list of everything that can be done, run from the keyboard.
import { Modal } from '@mantine/core';
import { Box, HelpCircle, ListTree, type LucideIcon, Play, Search, Settings2 } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useId, useState } from 'react';
import { type Command, useCommandReader } from './commands.tsx';
import { KeyCap } from './KeyCap.tsx';
import { rankCommands } from './rank-commands.ts';

const ICONS: Readonly<Record<Command['group'], LucideIcon>> = {
  action: Play,
  model: Box,
  run: ListTree,
  setting: Settings2,
  help: HelpCircle,
};

const MAX_RECENT = 5;
const MAX_SHOWN = 60;
/** Since the window was opened. */
let recentIds: readonly string[] = [];

export function Palette({ onClose }: { readonly onClose: () => void }): ReactElement {
  const readCommands = useCommandReader();
  const [commands] = useState(readCommands);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const ranked = rankCommands(commands, typed, recentIds).slice(0, MAX_SHOWN);

  const run = (command: Command | undefined) => {
    if (command === undefined || command.blockedBy !== undefined) return;
    recentIds = [command.id, ...recentIds.filter((id) => id !== command.id)].slice(0, MAX_RECENT);
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && ranked.length > 0) {
      event.preventDefault();
      const next = (active + step + ranked.length) % ranked.length;
      setActive(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      run(ranked[active]);
    }
  };

  return (
    <Modal.Root opened onClose={onClose} size={520} yOffset={90}>
      <Modal.Overlay />
      <Modal.Content aria-label="Command palette">
        <div className="palette-input">
          <Search className="icon faint" aria-hidden="true" />
          <input
            data-autofocus
            role="combobox"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={ranked.length > 0 ? `${listId}-${active}` : undefined}
            aria-label="Search or run"
            placeholder="Search or run"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div className="palette-list" role="listbox" id={listId} aria-label="Commands">
          {ranked.map((command, index) => {
            const Icon = ICONS[command.group];
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input above handles the keys of the list
              <div
                key={command.id}
                id={`${listId}-${index}`}
                className="palette-item"
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                aria-disabled={command.blockedBy !== undefined}
                onClick={() => run(command)}
                onMouseMove={() => setActive(index)}
              >
                <Icon className="icon" aria-hidden="true" />
                <span className="grow ellipsis" title={command.title}>
                  {command.title} <span className="faint xs">{command.blockedBy ?? command.detail}</span>
                </span>
                {command.keys === undefined ? null : <KeyCap keys={command.keys} />}
              </div>
            );
          })}
          {ranked.length === 0 ? <p className="palette-item faint">Nothing called "{typed}".</p> : null}
        </div>
        <div className="palette-foot" aria-hidden="true">
          <span>&gt; actions</span>
          <span># models</span>
          <span>? help</span>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}
