// The bench in the title bar: the base as a graphite block, its versions as chips; what does not fit is behind `+2`.
import { Menu } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { ChevronDown, Plus } from 'lucide-react';
import { type DragEvent, type ReactElement, useState } from 'react';
import { textWidth } from '../charts/text-width.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';
import { goTo } from '../ui/use-place.ts';
import { AddToBenchMenu } from './AddToBenchMenu.tsx';
import { BaseMenu } from './BaseMenu.tsx';
import { countFitting } from './bench-room.ts';
import { type BenchVersion, useBench } from './use-bench.ts';

/** What rows of the model table carry when they are dragged. */
export const MODEL_DRAG_TYPE = 'application/x-whittle-model';

/** Base, the word `beside`, and the button that adds. */
const FIXED_PX = 190;

function VersionChip({ version, onRemove }: { readonly version: BenchVersion; readonly onRemove: () => void }) {
  const { node, slot, fill, label } = version;
  return (
    <button
      type="button"
      className="chip"
      title={`${label}: ${node.path}`}
      onClick={() => goTo('models', { model: node.id })}
      onAuxClick={(event) => event.button === 1 && onRemove()}
      onKeyDown={(event) => event.key === 'Delete' && onRemove()}
    >
      <Glyph slot={slot} fill={fill} />
      <MiddleText text={label} />
    </button>
  );
}

export function BenchBar(): ReactElement {
  const bench = useBench();
  const { ref, width } = useElementSize();
  const [isOver, setIsOver] = useState(false);
  const baseLook = bench.looks.find(({ slot }) => slot === 0);
  const versions = bench.looks.filter(({ slot }) => slot !== 0);
  const baseWidth = baseLook === undefined ? 0 : Math.min(320, textWidth(baseLook.label, 12.5, 600) + 52);
  const shown = versions.slice(0, width === 0 ? versions.length : countFitting(versions, width - baseWidth - FIXED_PX));
  const hidden = versions.slice(shown.length);
  const isEmpty = bench.isLoaded && baseLook === undefined && versions.length === 0;

  const onDrop = (event: DragEvent) => {
    setIsOver(false);
    const id = event.dataTransfer.getData(MODEL_DRAG_TYPE);
    if (id === '') return;
    event.preventDefault();
    bench.add(id);
  };
  const onDragOver = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(MODEL_DRAG_TYPE)) return;
    event.preventDefault();
    setIsOver(true);
  };

  return (
    <section
      ref={ref}
      className="bench"
      aria-label="Bench"
      data-over={isOver || undefined}
      onDrop={onDrop}
      onDragOver={onDragOver}
      onDragLeave={() => setIsOver(false)}
    >
      {isEmpty ? (
        <button type="button" className="chip chip-add" onClick={() => goTo('models')}>
          The bench is empty: drop a model
        </button>
      ) : null}
      {baseLook === undefined ? null : (
        <BaseMenu>
          <button type="button" className="chip chip-base" title="Base: every other version is measured against it">
            <Glyph slot={0} />
            <MiddleText text={baseLook.label} />
            <ChevronDown className="icon-small" aria-hidden="true" />
          </button>
        </BaseMenu>
      )}
      {versions.length > 0 ? <span className="faint xs">beside</span> : null}
      {shown.map((version) => (
        <VersionChip key={version.node.id} version={version} onRemove={() => bench.remove(version.node.id)} />
      ))}
      {hidden.length === 0 ? null : (
        <Menu position="bottom-start">
          <Menu.Target>
            <button type="button" className="chip chip-fixed" aria-label={`${hidden.length} more versions`}>
              +{hidden.length}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {hidden.map(({ node, slot, fill, label }) => (
              <Menu.Item
                key={node.id}
                leftSection={<Glyph slot={slot} fill={fill} />}
                onClick={() => goTo('models', { model: node.id })}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {isEmpty ? null : (
        <AddToBenchMenu>
          <button type="button" className="chip chip-add" aria-label="Add to bench">
            <Plus className="icon-small" aria-hidden="true" />
            <span className="hide-narrow">Add to bench</span>
          </button>
        </AddToBenchMenu>
      )}
    </section>
  );
}
