// All tensors of a plan as a table: asked and what will be written.
import { Modal } from '@mantine/core';
import type { ReactElement } from 'react';
import type { PlannedTensor } from '../../shared/session/recipe-calls.ts';
import { formatFileSize } from '../models/model-words.ts';
import { mono, type TensorColumn, TensorGrid } from '../models/TensorGrid.tsx';

interface PlannedTensorsDialogProps {
  readonly tensors: readonly PlannedTensor[];
  readonly onClose: () => void;
}

const COLUMNS: readonly TensorColumn<PlannedTensor>[] = [
  { title: 'Tensor', cell: ({ name }) => name, hint: ({ name }) => name, className: mono },
  { title: 'Shape', cell: ({ shape }) => shape.join(' \u00d7 ') },
  { title: 'From', cell: ({ fromType }) => fromType, className: mono },
  { title: 'Asked', cell: ({ askedType }) => askedType, className: mono },
  {
    title: 'Written as',
    cell: ({ isDropped, type, fellBack }) => (isDropped ? 'dropped' : fellBack ? `${type} fell back` : type),
    className: ({ fellBack }) => (fellBack ? 'mono warn-ink' : 'mono'),
  },
  {
    title: 'Size',
    isNumber: true,
    cell: ({ isDropped, sizeBytes }) => (isDropped ? '\u2013' : formatFileSize(sizeBytes)),
  },
];

function textOf({ name, type, askedType }: PlannedTensor): string {
  return `${name} ${type} ${askedType}`;
}

export function PlannedTensorsDialog({ tensors, onClose }: PlannedTensorsDialogProps): ReactElement {
  return (
    <Modal opened onClose={onClose} title="Tensors of the plan" size={860}>
      <TensorGrid
        label="Tensors of the plan"
        tensors={tensors}
        columns={COLUMNS}
        textOf={textOf}
        className="planned-table"
      />
    </Modal>
  );
}
