// The plan, tensor by tensor: rows = kinds, columns = layers, shade = bits, hatch = pruned, frame = dropped, triangle = fell back.
// Arrows move, Shift extends, Enter sets a type, Delete drops the layer.
import { Button, Menu, Select } from '@mantine/core';
import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import type { LayerImportance, PlannedTensor, RecipePlan } from '../../shared/session/recipe-calls.ts';
import { bitsToken } from '../ui/LayerGlyph.tsx';
import { ImportanceRow } from './ImportanceRow.tsx';
import { PlannedTensorsDialog } from './PlannedTensorsDialog.tsx';
import { type CellPlace, cellsBetween, cellWords, stripRows } from './strip-cells.ts';

export interface TensorStripProps {
  readonly plan: RecipePlan;
  /** Undefined until it was measured. */
  readonly importance: LayerImportance | undefined;
  readonly onMeasure: () => void;
  /** Undefined where the recipe has no step that takes types by tensor. */
  readonly onSetType: ((tensors: readonly PlannedTensor[], type: string) => void) | undefined;
  readonly onDropLayer: ((layer: number) => void) | undefined;
}

const TENSOR_TYPES = ['F16', 'Q8_0', 'Q6_K', 'Q5_K', 'Q4_K', 'Q3_K', 'Q2_K', 'IQ4_XS', 'IQ4_NL', 'IQ3_S', 'IQ2_S'];
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function cellStyle(tensor: PlannedTensor) {
  if (tensor.isDropped) return { border: '1px dashed var(--control-line)' };
  const hatch = 'repeating-linear-gradient(135deg, var(--hatch) 0 1px, transparent 1px 5px)';
  return { backgroundColor: bitsToken(tensor.bitsPerWeight), ...(tensor.isPruned ? { backgroundImage: hatch } : {}) };
}

function Legend({ plan }: { readonly plan: RecipePlan }): ReactElement {
  const inLayers = plan.tensors.filter(({ layer, shape }) => layer !== null && shape.length > 1);
  const written = inLayers.filter(({ isDropped }) => !isDropped);
  const types = [...new Map(written.map((tensor) => [tensor.type, tensor.bitsPerWeight])).entries()];
  return (
    <span className="strip-legend">
      {types.slice(0, 5).map(([type, bits]) => (
        <span key={type} className="legend-item">
          <i style={{ background: bitsToken(bits) }} />
          {type}
        </span>
      ))}
      {inLayers.some(({ isPruned }) => isPruned) ? (
        <span className="legend-item">
          <i className="hatch" />
          pruned
        </span>
      ) : null}
      {written.length < inLayers.length ? (
        <span className="legend-item">
          <i className="dropped" />
          dropped
        </span>
      ) : null}
      {plan.fallbackCount > 0 ? <span className="legend-item">◣ fell back</span> : null}
    </span>
  );
}

export function TensorStrip({ plan, importance, onMeasure, onSetType, onDropLayer }: TensorStripProps): ReactElement {
  const rows = stripRows(plan.tensors);
  const layerCount = rows[0]?.cells.length ?? 0;
  const [place, setPlace] = useState<CellPlace>({ row: 0, layer: 0 });
  const [anchor, setAnchor] = useState<CellPlace | null>(null);
  const [isTable, setTable] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  const grid = useRef<HTMLDivElement>(null);
  const tensor = rows[place.row]?.cells[place.layer];
  const chosen = cellsBetween(anchor ?? place, place, rows);
  const isChosen = (cell: PlannedTensor) => chosen.includes(cell);

  const moveTo = (next: CellPlace, isExtending: boolean) => {
    setAnchor(isExtending ? (anchor ?? place) : null);
    setPlace(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const row = Math.min(rows.length - 1, Math.max(0, place.row + step[0]));
      const layer = Math.min(layerCount - 1, Math.max(0, place.layer + step[1]));
      moveTo({ row, layer }, event.shiftKey);
    } else if (event.key === 'Enter' && onSetType !== undefined) {
      event.preventDefault();
      setChoosing(true);
    } else if (event.key === 'Delete') {
      event.preventDefault();
      onDropLayer?.(place.layer);
    }
  };
  const setType = (type: string | null) => {
    setChoosing(false);
    if (type !== null) onSetType?.(chosen, type);
    grid.current?.focus();
  };

  if (rows.length === 0) return <section className="strip" aria-label="Tensors" />;
  const tick = Math.max(1, Math.ceil(layerCount / 8));
  const outside = plan.tensors.filter(({ layer, shape }) => layer === null && shape.length > 1).slice(0, 2);
  return (
    <section className="strip" aria-label="Tensors">
      <div className="row">
        <h2>Tensors</h2>
        <span className="faint xs ellipsis grow" title={tensor === undefined ? '' : cellWords(tensor)}>
          {tensor === undefined ? '' : cellWords(tensor)}
          {chosen.length > 1 ? ` \u00b7 ${chosen.length} chosen` : ''}
        </span>
        <Legend plan={plan} />
        <span className="faint xs hide-narrow">
          {outside.map(({ name, type }) => `${name.replace('.weight', '')} ${type}`).join(' \u00b7 ')}
        </span>
        {onSetType === undefined ? null : (
          <Menu opened={isChoosing} onChange={setChoosing}>
            <Menu.Target>
              <Button size="compact-xs">Set type…</Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Select
                label={`Type of ${chosen.length === 1 ? (tensor?.name ?? '') : `${chosen.length} tensors`}`}
                data={TENSOR_TYPES}
                data-autofocus
                searchable
                comboboxProps={{ withinPortal: false }}
                onChange={setType}
              />
            </Menu.Dropdown>
          </Menu>
        )}
        <Button size="compact-xs" variant="subtle" onClick={() => setTable(true)}>
          As table
        </Button>
      </div>
      <div
        ref={grid}
        role="grid"
        tabIndex={0}
        aria-label={`Planned type of ${rows.length} kinds of tensors in ${layerCount} layers`}
        aria-activedescendant={`cell-${place.row}-${place.layer}`}
        className="strip-grid"
        style={{ gridTemplateColumns: `84px repeat(${layerCount}, minmax(0, 1fr))` }}
        onKeyDown={onKeyDown}
      >
        {importance?.layers.length === layerCount ? <ImportanceRow importance={importance} /> : null}
        {rows.map(({ kind, cells }, row) => (
          <div key={kind} role="row" className="strip-row">
            <span role="rowheader" className="strip-name mono ellipsis" title={kind}>
              {kind.replace(/\.weight$/, '')}
            </span>
            {cells.map((cell, layer) =>
              cell === undefined ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its layer
                <span key={layer} role="gridcell" aria-label="no such tensor" className="strip-cell" />
              ) : (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of its cells
                <span
                  key={cell.name}
                  id={`cell-${row}-${layer}`}
                  role="gridcell"
                  aria-label={cellWords(cell)}
                  aria-selected={isChosen(cell)}
                  title={cellWords(cell)}
                  className="strip-cell"
                  data-current={(row === place.row && layer === place.layer) || undefined}
                  style={cellStyle(cell)}
                  onClick={(event) => moveTo({ row, layer }, event.shiftKey)}
                  onDoubleClick={() => onSetType !== undefined && setChoosing(true)}
                >
                  {cell.fellBack ? <i className="fell-back" /> : null}
                </span>
              ),
            )}
          </div>
        ))}
        <div className="strip-row" aria-hidden="true">
          <span />
          {Array.from({ length: layerCount }, (_, layer) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its layer
            <span key={layer} className="strip-tick">
              {layer % tick === 0 || layer === layerCount - 1 ? layer : ''}
            </span>
          ))}
        </div>
      </div>
      <div className="row strip-help">
        <p className="faint xs grow">
          {onSetType === undefined
            ? 'Arrows move, Shift extends.'
            : 'Pick a cell and press Enter to set its type; Shift extends to a range. Delete drops the layer.'}
        </p>
        {importance === undefined ? (
          <Button size="compact-xs" variant="subtle" onClick={onMeasure}>
            Measure to see importance
          </Button>
        ) : null}
      </div>
      {isTable ? <PlannedTensorsDialog tensors={plan.tensors} onClose={() => setTable(false)} /> : null}
    </section>
  );
}
