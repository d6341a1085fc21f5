// The chosen version in detail: what to do with it, how it was made, what it weighs, what it forgot.
import { ActionIcon, Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { formatScore, titleOfTaskId } from '../../shared/score-words.ts';
import type { ModelDetails, ModelNode } from '../../shared/session/model-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { modelQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Glyph } from '../ui/Glyph.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';
import { Note } from '../ui/Note.tsx';
import { goTo } from '../ui/use-place.ts';
import { DetailsDialog, type DetailsTab } from './DetailsDialog.tsx';
import { HeatStrip } from './HeatStrip.tsx';
import { InspectorFacts } from './InspectorFacts.tsx';
import { InspectorMenu } from './InspectorMenu.tsx';
import { InspectorNotes } from './InspectorNotes.tsx';
import { fileNameOf, labelOf } from './model-words.ts';
import { useBench } from './use-bench.ts';

function Actions({ node }: { readonly node: ModelNode }): ReactElement {
  const bench = useBench();
  const isBase = node.baseId === null;
  const withBench = (then: () => void) => {
    if (isBase) bench.setBase(node.id);
    else bench.add(node.id);
    then();
  };
  return (
    <div className="row" style={{ marginTop: 10, gap: 6, flexWrap: 'wrap' }}>
      {isBase ? (
        <Button variant="filled" onClick={() => goTo('compress', { model: node.id })}>
          Compress
        </Button>
      ) : (
        <Button variant="filled" onClick={() => withBench(() => goTo('chat'))}>
          Chat beside dense
        </Button>
      )}
      <Button onClick={() => withBench(() => goTo('kick', { tab: 'new' }))}>Run KICK</Button>
      {isBase ? <Button onClick={() => withBench(() => goTo('chat'))}>Chat</Button> : null}
    </div>
  );
}

function Lineage({ details }: { readonly details: ModelDetails }): ReactElement | null {
  if (details.madeFrom.length === 0) return null;
  return (
    <section>
      <h3 style={{ marginBottom: 6 }}>Made from</h3>
      <ol className="lineage">
        {details.madeFrom.map(({ title, facts }) => (
          <li key={title}>
            {title}
            <div className="faint xs selectable">
              {facts.map(({ name, value }) => (name === '' ? value : `${name} ${value}`)).join(' \u00b7 ')}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function ForgotMost({ details }: { readonly details: ModelDetails }): ReactElement | null {
  const worst = details.forgotMostIn.filter(({ difference }) => difference < 0).slice(0, 6);
  if (worst.length === 0) return null;
  return (
    <section>
      <div className="row">
        <h3 className="grow">Forgot most in</h3>
        <span className="faint xs">vs dense, points</span>
      </div>
      <table className="table mini-table" style={{ marginTop: 4 }}>
        <tbody>
          {worst.map(({ task, group, difference, itemCount }) => (
            <tr key={`${task} ${group}`} title={`${task}, ${itemCount} questions`}>
              <td className="ellipsis" style={{ maxWidth: 170 }}>
                {group === task ? titleOfTaskId(task) : group}
              </td>
              <td className="number faint">{formatCount(itemCount)}</td>
              <td className="number">{formatScore(difference, 'ratio')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function ModelInspector({ node }: { readonly node: ModelNode }): ReactElement {
  const { data: details, error } = useQuery({ ...modelQuery(node.id), enabled: node.state === 'ready' });
  const [tab, setTab] = useState<DetailsTab | null>(null);
  return (
    <aside className="inspector" aria-label="Selected version">
      <div className="inspector-head">
        <div className="row">
          <Glyph slot={node.baseId === null ? 0 : node.slot} />
          <h2 className="grow selectable" style={{ overflowWrap: 'anywhere' }}>
            {labelOf(node)}
          </h2>
          <Menu>
            <Menu.Target>
              <ActionIcon variant="subtle" size={24} aria-label="More actions">
                <Ellipsis className="icon" aria-hidden="true" />
              </ActionIcon>
            </Menu.Target>
            <InspectorMenu node={node} />
          </Menu>
        </div>
        <div className="faint xs mono selectable row" style={{ marginTop: 3 }} title={node.path}>
          <MiddleText text={fileNameOf(node.path)} tailLength={22} />
        </div>
        {node.state === 'ready' ? <Actions node={node} /> : null}
      </div>
      {node.problem === null ? null : (
        <section>
          <Note kind={node.state === 'ready' ? 'warn' : 'bad'}>{node.problem}</Note>
        </section>
      )}
      {error === null ? null : (
        <section>
          <ErrorNote error={error} />
        </section>
      )}
      {(details?.notes ?? []).map((note) => (
        <section key={note}>
          <Note kind="warn">{note}</Note>
        </section>
      ))}
      {details === undefined ? null : <Lineage details={details} />}
      <InspectorFacts node={node} details={details} />
      {details === undefined ? null : <ForgotMost details={details} />}
      {details === undefined || details.tensors.length === 0 ? null : (
        <section className="column">
          <div className="row">
            <h3 className="grow">Tensors</h3>
            <Button size="compact-xs" onClick={() => setTab('tensors')}>
              Show all {details.tensors.length}
            </Button>
          </div>
          <HeatStrip
            tensors={details.tensors}
            layerCount={node.summary?.layerCount ?? 0}
            measure="bits"
            cellHeight={7}
          />
          <div className="row">
            <Button size="compact-xs" variant="subtle" onClick={() => setTab('metadata')}>
              Metadata
            </Button>
            <Button size="compact-xs" variant="subtle" onClick={() => setTab('template')}>
              Chat template
            </Button>
          </div>
        </section>
      )}
      <InspectorNotes key={node.id} node={node} />
      {details === undefined || tab === null ? null : (
        <DetailsDialog details={details} tab={tab} onClose={() => setTab(null)} />
      )}
    </aside>
  );
}
