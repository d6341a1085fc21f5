// Head of Chat: synced or separate, which differences are shown, sampler, panes, conversations.
import { Button, Menu, SegmentedControl } from '@mantine/core';
import { Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import { labelOf } from '../models/model-words.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { KeyCap } from '../ui/KeyCap.tsx';
import { paneKeys } from '../ui/keys.ts';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { ConversationMenu } from './ConversationMenu.tsx';
import { MAX_PANES } from './conversation.ts';
import { SamplerButton } from './SamplerButton.tsx';
import type { Chat, DifferenceMode } from './use-chat.ts';

export function ChatHead({ chat }: { readonly chat: Chat }): ReactElement {
  const { bench, models, talk, mode } = chat;
  const onBench = bench.looks.filter(({ node }) => !models.includes(node.id));
  const others = bench.models
    .filter((node) => node.state === 'ready' && !models.includes(node.id) && !bench.has(node.id))
    .slice(0, 30);
  return (
    <ScreenHead title="Chat">
      <SegmentedControl
        ml={8}
        aria-label="Input"
        value={talk.isSynced ? 'synced' : 'separate'}
        onChange={(value) => chat.change((old) => ({ ...old, isSynced: value === 'synced' }))}
        data={[
          { value: 'synced', label: 'Synced' },
          { value: 'separate', label: 'Separate' },
        ]}
      />
      <span className="muted xs hide-narrow">Differences</span>
      <SegmentedControl
        aria-label="Differences"
        value={mode}
        onChange={(value) => chat.setMode(value as DifferenceMode)}
        data={[
          { value: 'off', label: 'Off' },
          { value: 'words', label: 'Words' },
          { value: 'surprise', label: 'Surprise' },
        ]}
      />
      <span className="grow" />
      <SamplerButton chat={chat} />
      <Menu>
        <Menu.Target>
          <Button
            disabled={models.length >= MAX_PANES}
            leftSection={<Plus className="icon-small" aria-hidden="true" />}
            rightSection={<KeyCap keys={paneKeys().add} />}
          >
            Pane
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
          {onBench.length === 0 ? null : <Menu.Label>On the bench</Menu.Label>}
          {onBench.map(({ node, slot, fill, label }) => (
            <Menu.Item
              key={node.id}
              leftSection={<Glyph slot={slot} fill={fill} />}
              onClick={() => chat.addPane(node.id)}
            >
              {label}
            </Menu.Item>
          ))}
          {others.length === 0 ? null : <Menu.Label>Others</Menu.Label>}
          {others.map((node) => (
            <Menu.Item
              key={node.id}
              leftSection={<Glyph slot={node.baseId === null ? 0 : node.slot} />}
              onClick={() => chat.addPane(node.id)}
            >
              {labelOf(node)}
            </Menu.Item>
          ))}
          {onBench.length + others.length === 0 ? <Menu.Label>Every model has a pane</Menu.Label> : null}
        </Menu.Dropdown>
      </Menu>
      <ConversationMenu chat={chat} />
    </ScreenHead>
  );
}
