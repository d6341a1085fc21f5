// One row of the model table.
import { Button, Checkbox } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, type ReactElement } from 'react';
import type { Job } from '../../shared/job.ts';
import { formatBitsPerWeight, formatScore } from '../../shared/score-words.ts';
import { formatCount, formatPercent } from '../../shared/units.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { LayerGlyph } from '../ui/LayerGlyph.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { goTo } from '../ui/use-place.ts';
import { VerdictMark } from '../ui/VerdictMark.tsx';
import { MODEL_DRAG_TYPE } from './BenchBar.tsx';
import type { ModelRow } from './model-rows.ts';
import { fitsWords, formatFileSize, formatMemory, parameterWords, plural, rowLabelOf, typeOf } from './model-words.ts';
import { ProblemActions } from './ProblemActions.tsx';
import { ScoreTrack } from './ScoreTrack.tsx';

export interface ModelTableRowProps {
  readonly row: ModelRow;
  readonly isOnBench: boolean;
  readonly isGrouped: boolean;
  /** The running KICK job that asks this model now. */
  readonly job: Job | undefined;
  readonly onToggleBench: (id: string) => void;
  readonly onToggleFamily: (familyId: string) => void;
}

type RowOf<Kind extends ModelRow['kind']> = Extract<ModelRow, { kind: Kind }>;

function FamilyCells({ row, onToggle }: { readonly row: RowOf<'family'>; readonly onToggle: () => void }) {
  const { base, versionCount, isOpen } = row;
  const { summary } = base;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const facts =
    summary === null
      ? [base.state === 'not-imported' ? 'safetensors' : base.state]
      : [summary.architecture, parameterWords(summary.parameterCount), plural(summary.layerCount, 'layer')];
  const words = [...(base.isEmbedded ? ['included'] : []), ...facts, plural(versionCount, 'version')].join(' \u00b7 ');
  return (
    <div role="gridcell" className="cell-wide row">
      <button
        type="button"
        tabIndex={-1}
        className="plain-button row"
        aria-label={isOpen ? 'Fold' : 'Unfold'}
        onClick={onToggle}
      >
        <Chevron className="icon" aria-hidden="true" />
      </button>
      <span className="strong middle-limit">
        <MiddleText text={base.name} tailLength={24} />
      </span>
      <span className="faint xs ellipsis" title={words}>
        {words}
      </span>
    </div>
  );
}

function ScoreCells({ row, job }: { readonly row: RowOf<'model'>; readonly job: Job | undefined }) {
  const { node, score } = row;
  if (job?.progress !== undefined) {
    const { done, total } = job.progress;
    return (
      <div role="gridcell" className="row" style={{ gridColumn: 'span 3' }}>
        <ProgressBar label={`KICK of ${node.name}`} done={done} total={total} width={54} />
        <span className="xs muted">
          {total === undefined ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`}
        </span>
      </div>
    );
  }
  const isBase = node.baseId === null;
  return (
    <>
      <div role="gridcell">
        {score === undefined ? <span className="faint">not run</span> : <ScoreTrack score={score} />}
      </div>
      <div role="gridcell" className="number">
        {isBase
          ? score === undefined
            ? ''
            : 'base'
          : score?.difference == null
            ? ''
            : formatScore(score.difference, score.unit)}
      </div>
      <div role="gridcell">
        {score?.verdict == null ? score === undefined ? '' : '\u2013' : <VerdictMark verdict={score.verdict} />}
      </div>
    </>
  );
}

function ModelCells({
  row,
  isOnBench,
  isGrouped,
  job,
  onToggleBench,
}: ModelTableRowProps & { readonly row: RowOf<'model'> }) {
  const { node, depth } = row;
  const isBase = node.baseId === null;
  const label = isGrouped ? rowLabelOf(node) : `${node.name}`;
  const layers = node.layerBars.map(({ bitsPerWeight, keptRatio }) => ({
    bitsPerWeight,
    sparsityRatio: keptRatio === null ? 0 : 1 - keptRatio,
  }));
  return (
    <>
      <div role="gridcell" className="cell-name row" style={{ paddingLeft: 14 + depth * 18 }}>
        <Checkbox
          tabIndex={-1}
          size="14px"
          checked={isOnBench}
          disabled={node.state !== 'ready'}
          onChange={() => onToggleBench(node.id)}
          aria-label={`${label} on the bench`}
        />
        <Glyph slot={isBase ? 0 : node.slot} />
        <span className={isBase ? 'strong middle-limit' : 'middle-limit'}>
          <MiddleText text={label} />
        </span>
        {node.tags.map((tag) => (
          <span key={tag} className="tag ellipsis" title={tag}>
            {tag}
          </span>
        ))}
      </div>
      <div role="gridcell" className="cell-layers">
        <LayerGlyph layers={layers} />
      </div>
      <div role="gridcell" className="mono ellipsis" title={typeOf(node)}>
        {typeOf(node)}
      </div>
      <div role="gridcell" className="number" title={`${formatCount(node.sizeBytes)} bytes`}>
        {formatFileSize(node.sizeBytes)}
      </div>
      <div role="gridcell" className="number cell-bits">
        {node.summary === null ? '' : formatBitsPerWeight(node.summary.bitsPerWeight)}
      </div>
      <div role="gridcell" className="number">
        {node.sparsityRatio === null ? <span className="faint">{'\u2013'}</span> : formatPercent(node.sparsityRatio)}
      </div>
      <ScoreCells row={row} job={job} />
      <div
        role="gridcell"
        className="cell-fits"
        title={node.memory === null ? '' : `${formatMemory(node.memory.totalBytes)} to chat`}
      >
        {fitsWords(node.memory)}
      </div>
    </>
  );
}

/** Scrolling draws the table again for each row that comes in: those that stay must cost nothing. */
export const ModelTableRow = memo(function ModelTableRow(props: ModelTableRowProps): ReactElement {
  const { row } = props;
  switch (row.kind) {
    case 'family':
      return <FamilyCells row={row} onToggle={() => props.onToggleFamily(row.base.familyId)} />;
    case 'model':
      return <ModelCells {...props} row={row} />;
    case 'problem':
      return (
        <div role="gridcell" className="cell-wide row" style={{ paddingLeft: 23 }}>
          <span className="muted problem-text" title={row.node.problem ?? ''}>
            {row.node.problem}
          </span>
          <ProblemActions node={row.node} />
        </div>
      );
    case 'ghost':
      return (
        <div role="gridcell" className="cell-wide row" style={{ paddingLeft: 41 }}>
          <span className="faint">No versions yet.</span>
          <Button size="compact-xs" tabIndex={-1} onClick={() => goTo('compress', { model: row.base.id })}>
            Compress it
          </Button>
        </div>
      );
  }
});

export function dragModel(event: React.DragEvent, row: ModelRow): void {
  if (row.kind !== 'model') {
    event.preventDefault();
    return;
  }
  event.dataTransfer.setData(MODEL_DRAG_TYPE, row.node.id);
  event.dataTransfer.effectAllowed = 'link';
}
