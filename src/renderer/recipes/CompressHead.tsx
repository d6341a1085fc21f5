// Head of Compress: which model, which recipe, and the start.
import { Button, Select } from '@mantine/core';
import { Terminal } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Recipe } from '../../shared/recipe.ts';
import { labelOf } from '../models/model-words.ts';
import { KeyCap } from '../ui/KeyCap.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { CommandDialog } from './CommandDialog.tsx';
import { FitDialog } from './FitDialog.tsx';
import { RecipeMenu } from './RecipeMenu.tsx';
import type { useCompress } from './use-compress.ts';

interface CompressHeadProps {
  readonly compress: ReturnType<typeof useCompress>;
  readonly imatrix: string | undefined;
  readonly onUse: (recipe: Recipe, name: string) => void;
  readonly onSweep: () => void;
}

export function CompressHead({ compress, imatrix, onUse, onSweep }: CompressHeadProps): ReactElement {
  const { models, model, recipe, outputPath, start, canStart, preview } = compress;
  const [dialog, setDialog] = useState<'command' | 'fit' | null>(null);
  const hasSteps = recipe.steps.length > 0;
  return (
    <ScreenHead title="Compress" isBusy={preview.isFetching}>
      <Select
        w={200}
        ml={8}
        aria-label="Model to compress"
        searchable
        data={models.map((node) => ({ value: node.id, label: labelOf(node) }))}
        value={model?.id ?? null}
        onChange={(id) => id !== null && compress.setModel(id)}
      />
      <RecipeMenu name={compress.draft.name} recipe={recipe} onUse={onUse} onFit={() => setDialog('fit')} />
      <span className="grow" />
      <Button
        variant="subtle"
        disabled={!hasSteps}
        aria-label="Copy as llama-quantize"
        leftSection={<Terminal className="icon-small" aria-hidden="true" />}
        onClick={() => setDialog('command')}
      >
        <span className="hide-narrow">Copy as llama-quantize</span>
      </Button>
      <Button disabled={!hasSteps} onClick={onSweep}>
        Sweep…
      </Button>
      <Button
        variant="filled"
        disabled={!canStart}
        loading={start.isPending}
        rightSection={<KeyCap keys="mod+enter" />}
        onClick={() => start.mutate()}
      >
        Compress
      </Button>
      {dialog === 'command' && model !== undefined ? (
        <CommandDialog model={model.id} recipe={recipe} outputPath={outputPath} onClose={() => setDialog(null)} />
      ) : null}
      {dialog === 'fit' && model !== undefined ? (
        <FitDialog
          model={model.id}
          sourceSizeBytes={model.sizeBytes}
          imatrixPath={imatrix}
          onUse={(found) => onUse(found, 'Fitted to a size')}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </ScreenHead>
  );
}
