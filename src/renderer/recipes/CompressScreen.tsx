// Compress: build a recipe, see exactly what comes out, start it.
import { type ReactElement, useEffect, useState } from 'react';
import type { Recipe } from '../../shared/recipe.ts';
import type { PlannedTensor, RecipeNote } from '../../shared/session/recipe-calls.ts';
import { useDraft } from '../api/use-draft.ts';
import { useCommands } from '../ui/commands.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { usePlaceParam } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { CompressHead } from './CompressHead.tsx';
import { CompressProgress } from './CompressProgress.tsx';
import {
  addStep,
  changeStep,
  type DraftStep,
  draftOf,
  familyOf,
  needsText,
  newStep,
  withParam,
} from './draft-recipe.ts';
import { EvidenceChart } from './EvidenceChart.tsx';
import { faultsByStep } from './faults.ts';
import { strongLayerNote } from './ImportanceRow.tsx';
import { MeasureForm } from './MeasureForm.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { type NoteAction, RecipeNotes } from './RecipeNotes.tsx';
import { StartRecipes } from './StartRecipes.tsx';
import { StepForm } from './StepForm.tsx';
import { MEASURE, StepList, WRITE } from './StepList.tsx';
import { SweepDialog } from './SweepDialog.tsx';
import { typePatterns, withTypePatterns } from './strip-cells.ts';
import { TensorStrip } from './TensorStrip.tsx';
import { useCompress } from './use-compress.ts';
import { useImportance } from './use-importance.ts';
import { splitPath, WriteForm } from './WriteForm.tsx';
import '../models/models.css';
import './compress.css';

export function CompressScreen(): ReactElement {
  const compress = useCompress();
  const { draft, setDraft, methods, model, plan, preview, recipe } = compress;
  const [selectedKey, select] = useDraft<string>('step', '');
  const [isSweeping, setSweeping] = useState(false);
  const [calibration, setCalibration] = usePlaceParam('calibration');
  const selected = draft.steps.find(({ key }) => key === selectedKey);
  const isFixed = selectedKey === MEASURE || selectedKey === WRITE;
  const current = selected ?? (isFixed ? undefined : draft.steps[0]);
  const methodOf = (step: DraftStep | undefined) => methods.find(({ id }) => id === step?.method);
  const lastWith = (name: string) =>
    draft.steps.findLast(
      (step) => step.isOn && methodOf(step)?.parameters.some((parameter) => parameter.name === name),
    );
  const typed = lastWith('tensorTypes');
  const measured = lastWith('imatrix');
  const imatrix = typeof measured?.params['imatrix'] === 'string' ? measured.params['imatrix'] : undefined;
  const importance = useImportance(model?.id, imatrix);
  const faults = faultsByStep(preview.data?.issues ?? [], draft);

  const use = (next: Recipe, name: string) => {
    const made = draftOf(next, name);
    setDraft(made);
    select(made.steps[0]?.key ?? '');
  };
  const setParam = (step: DraftStep, name: string, value: unknown) =>
    setDraft((old) =>
      changeStep(old, step.key, ({ params, ...rest }) => ({ ...rest, params: withParam(params, name, value) })),
    );

  // A text dropped on the window calibrates every step that reads one.
  useEffect(() => {
    if (calibration === undefined || methods.length === 0) return;
    const reads = (step: DraftStep) =>
      methods.find(({ id }) => id === step.method)?.parameters.some(({ name }) => name === 'calibration');
    setDraft((old) => ({
      ...old,
      steps: old.steps.map((step) =>
        reads(step) ? { ...step, params: withParam(step.params, 'calibration', calibration) } : step,
      ),
    }));
    setCalibration('');
  }, [calibration, methods, setDraft, setCalibration]);

  const setTypes = (tensors: readonly PlannedTensor[], type: string) => {
    if (typed !== undefined)
      setParam(typed, 'tensorTypes', withTypePatterns(typed.params['tensorTypes'], typePatterns(tensors, type)));
  };
  const layerMethod = methods.find(
    (method) => familyOf(method) === 'structure' && method.parameters.some(({ name }) => name === 'layers'),
  );
  const dropLayer = (layer: number) => {
    if (layerMethod === undefined) return;
    const known = draft.steps.find((step) => step.method === layerMethod.id);
    const layers = Array.isArray(known?.params['layers']) ? known.params['layers'].map(Number) : [];
    const next = layers.includes(layer)
      ? layers.filter((other) => other !== layer)
      : [...layers, layer].sort((a, b) => a - b);
    if (known !== undefined) return setParam(known, 'layers', next.length === 0 ? undefined : next);
    const step = newStep(layerMethod);
    setDraft((old) => addStep(old, { ...step, params: { ...step.params, layers: next } }, methods));
  };
  const actionFor = (note: RecipeNote): NoteAction | undefined => {
    if (note.code === 'QUANTIZED_SOURCE' && !compress.mayRequantize)
      return { label: 'Use anyway', run: () => compress.setMayRequantize(true) };
    if (note.code === 'IMATRIX_NEEDED') return { label: 'Add step', run: () => select(MEASURE) };
    return undefined;
  };

  useShortcuts({ 'mod+enter': () => compress.canStart && compress.start.mutate() });
  useCommands('compress', [
    {
      id: 'compress-start',
      title: 'Compress',
      group: 'action',
      keys: 'mod+enter',
      blockedBy: compress.canStart ? undefined : 'the recipe is not ready',
      run: () => compress.start.mutate(),
    },
    {
      id: 'sweep',
      title: 'Sweep and score\u2026',
      group: 'action',
      blockedBy: recipe.steps.length === 0 ? 'needs a step' : undefined,
      run: () => setSweeping(true),
    },
  ]);

  const isOn = draft.steps.filter((step) => step.isOn);
  const stepIndex = current === undefined ? -1 : isOn.indexOf(current);
  const droppedLayers = (plan?.tensors ?? []).flatMap(({ isDropped, layer }) => (isDropped ? (layer ?? []) : []));
  const strongNote = strongLayerNote(importance, droppedLayers);
  const notes = [...(preview.data?.notes ?? []), ...(strongNote === undefined ? [] : [strongNote])].filter(
    ({ step }) => step === undefined || step === stepIndex,
  );
  const measureWords =
    imatrix !== undefined
      ? 'importance matrix'
      : draft.steps.some((step) => step.isOn && needsText(methodOf(step)))
        ? 'within the pruning step'
        : 'not needed';

  return (
    <div className="screen">
      <CompressHead compress={compress} imatrix={imatrix} onUse={use} onSweep={() => setSweeping(true)} />
      <div className="screen-body compress-body">
        <StepList
          draft={draft}
          methods={methods}
          selected={current?.key ?? selectedKey}
          onSelect={select}
          onChange={setDraft}
          measureWords={measureWords}
          outputWords={compress.outputPath === undefined ? 'checks every tensor' : splitPath(compress.outputPath).name}
          faulty={new Set([...faults.keys()])}
        />
        <div className="compress-middle">
          {draft.steps.length === 0 && !isFixed ? <StartRecipes hasModel={model !== undefined} onUse={use} /> : null}
          {current === undefined ? null : (
            <StepForm
              key={current.key}
              number={draft.steps.indexOf(current) + 1}
              step={current}
              methods={methods}
              faults={faults.get(current.key) ?? {}}
              onChange={(step) => setDraft((old) => changeStep(old, step.key, () => step))}
            />
          )}
          {selectedKey === MEASURE && model !== undefined ? (
            <MeasureForm
              model={model.id}
              modelName={model.name}
              suggestedPath={plan?.suggestedPath}
              imatrix={imatrix}
              canUse={measured !== undefined}
              onUse={(path) => measured !== undefined && setParam(measured, 'imatrix', path)}
            />
          ) : null}
          {selectedKey === WRITE ? (
            <WriteForm choice={compress.output} suggestedPath={plan?.suggestedPath} onChange={compress.setOutput} />
          ) : null}
          <RecipeNotes notes={notes} actionFor={actionFor} />
          {preview.error === null ? null : <ErrorNote error={preview.error} />}
          {compress.start.error === null ? null : <ErrorNote error={compress.start.error} />}
          {current === undefined || model === undefined ? null : (
            <EvidenceChart
              base={model.baseId ?? model.id}
              step={current}
              method={methodOf(current)}
              bitsPerWeight={plan?.bitsPerWeight}
              onSweep={() => setSweeping(true)}
            />
          )}
        </div>
        <PreviewPanel
          plan={plan}
          isComputing={preview.isFetching}
          doesKickAfter={compress.doesKickAfter}
          onKickAfter={compress.setKickAfter}
        >
          {model === undefined ? null : <CompressProgress model={model.id} />}
        </PreviewPanel>
      </div>
      {plan === null ? null : (
        <TensorStrip
          plan={plan}
          importance={importance}
          onMeasure={() => select(MEASURE)}
          onSetType={typed === undefined ? undefined : setTypes}
          onDropLayer={layerMethod === undefined ? undefined : dropLayer}
        />
      )}
      {isSweeping && model !== undefined ? (
        <SweepDialog model={model.id} recipe={recipe} onClose={() => setSweeping(false)} />
      ) : null}
    </div>
  );
}
