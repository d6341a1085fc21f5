// The steps as cards, from top to bottom as they run; each can be switched off, moved or taken away.
import { ActionIcon, Button, Menu, Switch } from '@mantine/core';
import { ChevronDown, ChevronUp, Plus, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import {
  addStep,
  changeStep,
  type DraftRecipe,
  type DraftStep,
  familyOf,
  familyTitle,
  type MethodEntry,
  newStep,
  removeStep,
  stepWords,
} from './draft-recipe.ts';
import { StepCard } from './StepCard.tsx';
import { useStepMoves } from './use-step-moves.ts';

export const MEASURE = 'measure';
export const WRITE = 'write';

export interface StepListProps {
  readonly draft: DraftRecipe;
  readonly methods: readonly MethodEntry[];
  readonly selected: string;
  readonly onSelect: (key: string) => void;
  readonly onChange: (draft: DraftRecipe) => void;
  readonly measureWords: string;
  readonly outputWords: string;
  /** Keys of steps that have a fault. */
  readonly faulty: ReadonlySet<string>;
}

export function StepList(props: StepListProps): ReactElement {
  const { draft, methods, selected, onSelect, onChange } = props;
  const order = useStepMoves(draft, methods, onChange);
  const add = (method: MethodEntry) => {
    const step = newStep(method);
    onChange(addStep(draft, step, methods));
    onSelect(step.key);
  };
  const card = (step: DraftStep, index: number) => {
    const method = methods.find(({ id }) => id === step.method);
    const title = familyTitle(familyOf(method));
    return (
      <StepCard
        key={step.key}
        number={index + 1}
        title={title}
        words={step.isOn ? stepWords(step, method) : 'off'}
        isSelected={selected === step.key}
        isFaulty={props.faulty.has(step.key)}
        moves={order.movesOf(step.key)}
        onSelect={() => onSelect(step.key)}
      >
        <span className="step-tools">
          <Switch
            aria-label={`${title} on`}
            checked={step.isOn}
            onChange={(event) => {
              const isOn = event.currentTarget.checked;
              onChange(changeStep(draft, step.key, (old) => ({ ...old, isOn })));
            }}
          />
          {selected === step.key ? (
            <span className="row" style={{ gap: 0 }}>
              <ActionIcon
                size={22}
                variant="subtle"
                aria-label="Earlier"
                disabled={!order.canStep(step.key, -1)}
                onClick={() => order.movesOf(step.key).onStep(-1)}
              >
                <ChevronUp className="icon-small" aria-hidden="true" />
              </ActionIcon>
              <ActionIcon
                size={22}
                variant="subtle"
                aria-label="Later"
                disabled={!order.canStep(step.key, 1)}
                onClick={() => order.movesOf(step.key).onStep(1)}
              >
                <ChevronDown className="icon-small" aria-hidden="true" />
              </ActionIcon>
              <ActionIcon
                size={22}
                variant="subtle"
                aria-label={`Remove ${title}`}
                onClick={() => onChange(removeStep(draft, step.key))}
              >
                <Trash2 className="icon-small" aria-hidden="true" />
              </ActionIcon>
            </span>
          ) : null}
        </span>
      </StepCard>
    );
  };
  return (
    <div className="steps">
      <ol className="step-list" aria-label="Steps">
        <StepCard
          number={null}
          title="Measure"
          words={props.measureWords}
          isSelected={selected === MEASURE}
          onSelect={() => onSelect(MEASURE)}
        />
        {draft.steps.map(card)}
        <StepCard
          number={null}
          title="Write and check"
          words={props.outputWords}
          isSelected={selected === WRITE}
          onSelect={() => onSelect(WRITE)}
        />
      </ol>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="subtle"
            justify="flex-start"
            leftSection={<Plus className="icon-small" aria-hidden="true" />}
          >
            Add step
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {methods.map((method) => (
            <Menu.Item key={method.id} onClick={() => add(method)}>
              {familyTitle(familyOf(method))}: {method.title}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <span className="grow" />
      <p className="hidden-text" role="status">
        {order.said}
      </p>
      <p className="faint xs steps-help">
        Steps run from top to bottom, one tensor at a time. The original file is only read.
      </p>
    </div>
  );
}
