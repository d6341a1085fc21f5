// What the Compress screen works with: the model, the draft, its plan, and starting it.
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../api/client.ts';
import { methodsQuery, previewQuery } from '../api/queries.ts';
import { useDraft } from '../api/use-draft.ts';
import { useBench } from '../models/use-bench.ts';
import { usePlaceParam } from '../ui/use-place.ts';
import { type DraftRecipe, recipeOf } from './draft-recipe.ts';
import { askAfterwards } from './use-kick-afterwards.ts';
import { type OutputChoice, outputPathOf } from './WriteForm.tsx';

/** A plan takes about 60 ms; while a slider moves, only its rests are asked for. */
const DEBOUNCE_MS = 50;
const EMPTY: DraftRecipe = { name: '', steps: [] };
const OUTPUT: OutputChoice = { folder: '', name: '', isStrict: false, doesReplace: false };

export function useCompress() {
  const bench = useBench();
  const [modelId, setModel] = usePlaceParam('model');
  const { data: methods = [] } = useQuery(methodsQuery);
  const [draft, setDraft] = useDraft<DraftRecipe>('recipe', EMPTY);
  const [output, setOutput] = useDraft<OutputChoice>('output', OUTPUT);
  const [doesKickAfter, setKickAfter] = useDraft('kick-after', false);
  const [mayRequantize, setMayRequantize] = useDraft('may-requantize', false);
  const models = bench.models.filter((node) => node.state === 'ready');
  const model = models.find(({ id }) => id === modelId) ?? bench.base ?? models[0];
  const recipe = recipeOf(draft);
  const [settled] = useDebouncedValue(recipe, DEBOUNCE_MS);
  const preview = useQuery({
    ...previewQuery({ model: model?.id ?? '', recipe: settled, allowRequantize: mayRequantize }),
    enabled: model !== undefined && settled.steps.length > 0,
  });
  const plan = recipe.steps.length === 0 ? null : (preview.data?.plan ?? null);
  const outputPath = plan === null ? undefined : outputPathOf(output, plan.suggestedPath);
  const start = useMutation({
    mutationFn: () =>
      call('startJob', {
        kind: 'compress',
        input: {
          model: model?.id,
          outputPath,
          recipe,
          allowRequantize: mayRequantize,
          strict: output.isStrict,
          force: output.doesReplace,
        },
      }),
    onSuccess: (job) => {
      if (doesKickAfter && outputPath !== undefined) {
        askAfterwards(job.id, model === undefined ? [outputPath] : [model.id, outputPath]);
      }
    },
  });
  const blocked = preview.data?.notes.some(({ level }) => level === 'blocks') ?? false;
  const canStart = plan !== null && !blocked && (preview.data?.issues.length ?? 0) === 0 && !start.isPending;

  return {
    models,
    model,
    setModel,
    methods,
    draft,
    setDraft,
    recipe,
    preview,
    plan,
    output,
    setOutput,
    outputPath,
    doesKickAfter,
    setKickAfter,
    mayRequantize,
    setMayRequantize,
    start,
    canStart,
  };
}
