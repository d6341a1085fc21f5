// Head of a pane: which version, what it weighs, and its speeds: reading the prompt and writing the answer apart.
import { ActionIcon, Button, Menu } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatMemory, sizeWords } from '../models/model-words.ts';
import type { BenchVersion } from '../models/use-bench.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Glyph } from '../ui/Glyph.tsx';
import { KeyCap } from '../ui/KeyCap.tsx';
import { paneKeys } from '../ui/keys.ts';
import { MiddleText } from '../ui/MiddleText.tsx';
import { showError } from '../ui/notices.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { goTo } from '../ui/use-place.ts';
import type { Chat } from './use-chat.ts';

interface PaneHeadProps {
  readonly look: BenchVersion;
  readonly chat: Chat;
}

const SMALL_CONTEXT = 1024;

function Speeds({ look, chat }: PaneHeadProps): ReactElement {
  const id = look.node.id;
  const last = chat.talk.turns
    .map(({ answers }) => answers[id])
    .findLast((answer) => answer?.generatedTokensPerSecond !== undefined);
  const pane = chat.panes.byModel[id];
  if (pane?.state.state === 'loading') {
    const { loadedRatio } = pane.state;
    return (
      <div className="pane-speeds">
        <span>loading{loadedRatio === null ? '' : ` ${Math.round(loadedRatio * 100)} %`}</span>
        <ProgressBar
          label={`Loading ${look.label}`}
          done={loadedRatio ?? 0}
          total={loadedRatio === null ? undefined : 1}
          width={120}
        />
        <Button size="compact-xs" onClick={() => void chat.panes.close(id).catch(showError)}>
          Cancel
        </Button>
      </div>
    );
  }
  const memory = last?.memoryBytes ?? (pane?.state.state === 'ready' ? pane.state.pane.memoryBytes : undefined);
  const isPlain = pane?.state.state === 'ready' && !pane.state.pane.hasChatTemplate;
  return (
    <div className="pane-speeds">
      {last?.promptTokensPerSecond === undefined ? null : (
        <>
          <span>
            <b>{Math.round(last.promptTokensPerSecond).toLocaleString('en-US')}</b> t/s prompt
          </span>
          <span>
            <b>{(last.generatedTokensPerSecond ?? 0).toFixed(1)}</b> t/s decode
          </span>
          <span className="hide-narrow">
            <b>{((last.timeToFirstTokenMs ?? 0) / 1000).toFixed(2)} s</b> to first token
          </span>
        </>
      )}
      {memory === undefined ? null : (
        <span>
          <b>{formatMemory(memory)}</b> memory
        </span>
      )}
      {isPlain ? (
        <span className="ellipsis" title="No chat template: plain completion.">
          No chat template: plain completion.
        </span>
      ) : null}
      {last === undefined && memory === undefined ? <span className="faint">loads with the first prompt</span> : null}
    </div>
  );
}

export function PaneHead({ look, chat }: PaneHeadProps): ReactElement {
  const { node, slot, fill, label } = look;
  const pane = chat.panes.byModel[node.id];
  const failure = chat.panes.failures[node.id];
  const crash = pane?.state.state === 'crashed' ? { code: 'WORKER_CRASHED', message: pane.state.message } : undefined;
  const reopen = (options: Parameters<Chat['panes']['open']>[1]) =>
    void chat.panes.open(node.id, options).catch(() => undefined);
  return (
    <section className="pane-head" aria-label={label} data-pane={node.id}>
      <div className="row">
        <Glyph slot={slot} fill={fill} />
        <b className="strong row" title={label}>
          <MiddleText text={label} />
        </b>
        <span className="faint xs ellipsis grow" title={sizeWords(node)}>
          {sizeWords(node)}
        </span>
        <Menu>
          <Menu.Target>
            <ActionIcon variant="subtle" size={24} aria-label={`More about ${label}`}>
              <Ellipsis className="icon" aria-hidden="true" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => reopen({})}>Load now</Menu.Item>
            <Menu.Item disabled={pane === undefined} onClick={() => void chat.panes.close(node.id).catch(showError)}>
              Unload
            </Menu.Item>
            <Menu.Item onClick={() => goTo('models', { model: node.id })}>Show in Models</Menu.Item>
            <Menu.Divider />
            <Menu.Item
              disabled={chat.models.length < 2}
              rightSection={<KeyCap keys={paneKeys().close} />}
              onClick={() => chat.removePane(node.id)}
            >
              Close pane
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <Speeds look={look} chat={chat} />
      {failure === undefined && crash === undefined ? null : (
        <div style={{ paddingBottom: 8 }}>
          <ErrorNote error={failure ?? crash} action={{ label: 'Load again', run: () => reopen({}) }}>
            <Button onClick={() => reopen({ contextSize: SMALL_CONTEXT })}>With less context</Button>
            <Button onClick={() => reopen({ gpu: 'none' })}>Use the CPU</Button>
          </ErrorNote>
        </div>
      )}
    </section>
  );
}
