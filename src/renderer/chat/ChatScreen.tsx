// Chat: feel the difference on your own prompt.
import { Button } from '@mantine/core';
import { type ReactElement, useEffect, useRef } from 'react';
import { labelOf } from '../models/model-words.ts';
import { useCommands } from '../ui/commands.tsx';
import { paneKeys } from '../ui/keys.ts';
import { goTo } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { ChatHead } from './ChatHead.tsx';
import { ChatSummary } from './ChatSummary.tsx';
import { Composer } from './Composer.tsx';
import { MAX_PANES } from './conversation.ts';
import { PaneHead } from './PaneHead.tsx';
import { PauseDialog } from './PauseDialog.tsx';
import { pictureOfTurn, saveTurn } from './save-turn.ts';
import { TurnRow } from './TurnRow.tsx';
import { useChat } from './use-chat.ts';
import './chat.css';

const MODES = ['off', 'words', 'surprise'] as const;

function NoModels(): ReactElement {
  return (
    <div className="empty-middle">
      <p>Put two versions on the bench to compare them.</p>
      <Button variant="filled" onClick={() => goTo('models')}>
        Choose in Models
      </Button>
    </div>
  );
}

export function ChatScreen(): ReactElement {
  const chat = useChat();
  const { models, talk, bench, writing, mode, setMode } = chat;
  const scroller = useRef<HTMLDivElement>(null);
  const nodes = models.flatMap((id) => bench.models.find((node) => node.id === id) ?? []);
  const looks = nodes.map((node) => {
    const known = bench.looks.find((look) => look.node.id === node.id);
    return known ?? { node, slot: node.baseId === null ? 0 : node.slot, fill: 'solid' as const, label: labelOf(node) };
  });
  const dense = looks.find(({ slot }) => slot === 0);
  const turnCount = talk.turns.length;
  const textLength = writing.reduce((sum, { text }) => sum + text.length, 0);

  // New text scrolls into view only while the end is in view already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new turn or piece of text is a reason
  useEffect(() => {
    const box = scroller.current;
    if (box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 160) box.scrollTop = box.scrollHeight;
  }, [turnCount, textLength]);

  const stepTurn = (step: 1 | -1) => {
    const rows = [...(scroller.current?.querySelectorAll('.turn') ?? [])];
    const top = scroller.current?.getBoundingClientRect().top ?? 0;
    const current = rows.findLastIndex((row) => row.getBoundingClientRect().top <= top + 90);
    rows[Math.min(rows.length - 1, Math.max(0, current + step))]?.scrollIntoView({ block: 'start' });
  };
  const nextOnBench = bench.looks.find(({ node }) => !models.includes(node.id));
  const addPane = () => nextOnBench !== undefined && chat.addPane(nextOnBench.node.id);
  const closePane = () => {
    const focused = document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset['pane'];
    const closing = focused ?? looks.at(-1)?.node.id;
    if (looks.length > 1 && closing !== undefined) chat.removePane(closing);
  };
  const lastPicture = pictureOfTurn(talk, turnCount - 1, looks, mode !== 'off');
  const keys = paneKeys();
  const nextMode = () => setMode(MODES[(MODES.indexOf(mode) + 1) % MODES.length]!);
  useShortcuts({
    escape: chat.stop,
    'mod+d': nextMode,
    [keys.add]: addPane,
    [keys.close]: closePane,
    'alt+arrowup': () => stepTurn(-1),
    'alt+arrowdown': () => stepTurn(1),
  });
  useCommands('chat', [
    { id: 'chat-new', title: 'New conversation', group: 'action', run: chat.startNew },
    {
      id: 'chat-differences',
      title: 'Switch differences',
      detail: mode,
      group: 'action',
      keys: 'mod+d',
      run: nextMode,
    },
    {
      id: 'chat-add-pane',
      title: 'Add a pane',
      detail: nextOnBench?.label,
      group: 'action',
      keys: keys.add,
      blockedBy:
        nextOnBench === undefined
          ? 'every version on the bench has one'
          : looks.length >= MAX_PANES
            ? `${MAX_PANES} panes are open`
            : undefined,
      run: addPane,
    },
    {
      id: 'chat-close-pane',
      title: 'Close a pane',
      group: 'action',
      keys: keys.close,
      blockedBy: looks.length < 2 ? 'only one is open' : undefined,
      run: closePane,
    },
    {
      id: 'chat-picture',
      title: 'Save the last turn as a picture',
      group: 'action',
      blockedBy: lastPicture === undefined ? 'needs an answer' : undefined,
      run: () => lastPicture !== undefined && saveTurn(lastPicture, talk.title, turnCount - 1),
    },
    {
      id: 'chat-stop',
      title: 'Stop writing',
      group: 'action',
      keys: 'escape',
      blockedBy: writing.length === 0 ? 'nothing is being written' : undefined,
      run: chat.stop,
    },
  ]);

  if (looks.length === 0) {
    return (
      <div className="screen">
        <ChatHead chat={chat} />
        <NoModels />
      </div>
    );
  }
  const columns = { gridTemplateColumns: `repeat(${looks.length}, minmax(240px, 1fr))` };
  return (
    <div className="screen">
      <ChatHead chat={chat} />
      <div className="chat-scroll" ref={scroller}>
        <div className="pane-heads" style={columns}>
          {looks.map((look) => (
            <PaneHead key={look.node.id} look={look} chat={chat} />
          ))}
        </div>
        {looks.length === 1 && dense === undefined && looks[0]?.node.baseId != null ? (
          <div className="chat-hint row">
            <Button size="compact-xs" onClick={() => chat.addPane(looks[0]?.node.baseId ?? '')}>
              Add the original beside it
            </Button>
          </div>
        ) : null}
        {talk.turns.map((turn, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a turn is its place in the conversation
          <TurnRow key={index} turn={turn} index={index} looks={looks} dense={dense} chat={chat} columns={columns} />
        ))}
      </div>
      <p className="hidden-text" role="status">
        {turnCount > 0 && writing.length === 0 ? 'The answers are finished.' : ''}
      </p>
      <ChatSummary chat={chat} />
      <Composer chat={chat} looks={looks} />
      {chat.asked === null ? null : <PauseDialog job={chat.asked.job} onSettle={chat.settle} />}
    </div>
  );
}
