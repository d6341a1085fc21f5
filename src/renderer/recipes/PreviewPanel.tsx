// What will come out, before it is made: exact size, memory, disk and time, each with its check mark or its reason.
import { Checkbox } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { formatBitsPerWeight } from '../../shared/score-words.ts';
import type { RecipePlan } from '../../shared/session/recipe-calls.ts';
import { formatCount, formatPercent } from '../../shared/units.ts';
import { aboutWords } from '../jobs/job-words.ts';
import { formatFileSize, formatFileSizeOf, formatMemory, formatMemoryOf } from '../models/model-words.ts';

export interface PreviewPanelProps {
  readonly plan: RecipePlan | null;
  readonly isComputing: boolean;
  readonly doesKickAfter: boolean;
  readonly onKickAfter: (wanted: boolean) => void;
  /** Progress or result of the newest job of this model. */
  readonly children?: ReactNode;
}

interface LineProps {
  readonly name: string;
  readonly value: string;
  /** true: fits; false: amber, with `title` as its reason; null: nothing to check. */
  readonly isGood: boolean | null;
  readonly title?: string | undefined;
}

function Line({ name, value, isGood, title }: LineProps): ReactElement {
  return (
    <div className="preview-line" title={title}>
      <dt>{name}</dt>
      <dd className={isGood === false ? 'warn-ink' : undefined}>
        {value}
        {isGood === true ? <span className="ok-ink"> ✓</span> : null}
        {isGood === false ? ' \u26a0' : null}
      </dd>
    </div>
  );
}

function Lines({ plan }: { readonly plan: RecipePlan }): ReactElement {
  const { memory } = plan;
  const fits = memory.fits === 'yes' ? ', fits' : memory.fits === 'tight' ? ', tight' : ', does not fit';
  const hasDisk = plan.neededDiskBytes <= plan.freeDiskBytes;
  const hasMemory = plan.peakMemoryBytes <= plan.freeMemoryBytes;
  return (
    <dl className="preview-lines">
      {plan.askedSparsityRatio === null ? null : (
        <>
          <Line name="Sparsity asked" value={formatPercent(plan.askedSparsityRatio)} isGood={null} />
          <div className="preview-line">
            <dt>Sparsity in file</dt>
            <dd className="faint">measured later</dd>
          </div>
        </>
      )}
      <Line
        name="Memory to chat"
        value={`${formatMemory(memory.totalBytes)}${fits}`}
        isGood={memory.fits === 'yes'}
        title={`At ${formatCount(memory.contextSize)} tokens: weights ${formatMemory(memory.weightsBytes)}, context ${formatMemory(memory.contextBytes)}`}
      />
      <Line
        name="Tensors that fall back"
        value={
          plan.fallbackCount === 0 ? 'none' : `${formatCount(plan.fallbackCount)} of ${formatCount(plan.matrixCount)}`
        }
        isGood={plan.fallbackCount === 0}
        title={plan.fallbackText ?? undefined}
      />
      <Line name="Peak memory" value={formatMemoryOf(plan.peakMemoryBytes, plan.freeMemoryBytes)} isGood={hasMemory} />
      <Line name="Disk needed" value={formatFileSizeOf(plan.neededDiskBytes, plan.freeDiskBytes)} isGood={hasDisk} />
      {plan.estimatedMs === null ? null : <Line name="Time here" value={aboutWords(plan.estimatedMs)} isGood={null} />}
    </dl>
  );
}

export function PreviewPanel({
  plan,
  isComputing,
  doesKickAfter,
  onKickAfter,
  children,
}: PreviewPanelProps): ReactElement {
  return (
    <aside className="preview" aria-label="Preview" aria-busy={isComputing}>
      <div>
        <div className="xs muted">File after compression, exact</div>
        {plan === null ? (
          <div className="preview-size faint">–</div>
        ) : (
          <div style={{ opacity: isComputing ? 0.55 : 1 }}>
            <div className="preview-size">{formatFileSize(plan.sizeBytes)}</div>
            <div className="xs muted">
              {formatCount(plan.sizeBytes)} bytes · {formatBitsPerWeight(plan.bitsPerWeight)} bpw
            </div>
          </div>
        )}
      </div>
      {plan === null ? null : (
        <div
          className="size-bar"
          role="img"
          aria-label={`${formatFileSize(plan.sizeBytes)} of ${formatFileSize(plan.sourceSizeBytes)}`}
        >
          <i style={{ width: `${Math.min(100, (plan.sizeBytes / plan.sourceSizeBytes) * 100)}%` }} />
          <span>of {formatFileSize(plan.sourceSizeBytes)}</span>
        </div>
      )}
      {plan === null ? null : <Lines plan={plan} />}
      <Checkbox
        label="Then run KICK, 400 questions"
        checked={doesKickAfter}
        onChange={(event) => onKickAfter(event.currentTarget.checked)}
      />
      {children}
    </aside>
  );
}
