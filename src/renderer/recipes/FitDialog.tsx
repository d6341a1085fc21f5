// Target size: type how large the file may be, get a mix of types, and see the mix.
import { Button, Modal, NumberInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Recipe } from '../../shared/recipe.ts';
import { call } from '../api/client.ts';
import { formatFileSize } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';

interface FitDialogProps {
  readonly model: string;
  readonly sourceSizeBytes: number;
  readonly imatrixPath: string | undefined;
  readonly onUse: (recipe: Recipe) => void;
  readonly onClose: () => void;
}

export function FitDialog({ model, sourceSizeBytes, imatrixPath, onUse, onClose }: FitDialogProps): ReactElement {
  const isSmall = sourceSizeBytes < 2e9;
  const [unit, unitBytes] = isSmall ? ['MB', 1e6] : ['GB', 1e9];
  const [amount, setAmount] = useState(Number(((sourceSizeBytes * 0.3) / unitBytes).toFixed(1)));
  const fit = useMutation({
    mutationFn: () =>
      call('fitToSize', {
        model,
        sizeBytes: Math.round(amount * unitBytes),
        ...(imatrixPath === undefined ? {} : { imatrixPath }),
      }),
  });
  return (
    <Modal opened onClose={onClose} title="As small as it gets under a size" size={480}>
      <div className="column" style={{ gap: 12 }}>
        <div className="row row-end">
          <NumberInput
            data-autofocus
            className="grow"
            label="The file may have"
            suffix={` ${unit}`}
            decimalScale={2}
            min={0.01}
            value={amount}
            onChange={(next) => setAmount(Number(next) || 0.01)}
          />
          <Button loading={fit.isPending} onClick={() => fit.mutate()}>
            Find the mix
          </Button>
        </div>
        {fit.error === null ? null : <ErrorNote error={fit.error} />}
        {fit.data === undefined ? null : (
          <>
            <p className="sm">
              <b className="strong">{formatFileSize(fit.data.sizeBytes)}.</b> {fit.data.text}
            </p>
            <div className="row" style={{ justifyContent: 'flex-end' }}>
              <Button
                variant="filled"
                onClick={() => {
                  onUse(fit.data.recipe);
                  onClose();
                }}
              >
                Use this mix
              </Button>
            </div>
          </>
        )}
      </div>
    </Modal>
  );
}
