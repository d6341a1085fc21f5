// The form of one step, made from its method's parameters.
import { Button, Collapse, Select } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { call } from '../api/client.ts';
import { changeMethod, type DraftStep, familyOf, familyTitle, type MethodEntry, withParam } from './draft-recipe.ts';
import { isRare, type ParameterEntry } from './field-kind.ts';
import { SchemaField } from './SchemaField.tsx';

export interface StepFormProps {
  readonly number: number;
  readonly step: DraftStep;
  readonly methods: readonly MethodEntry[];
  /** Parameter name -> what is wrong. */
  readonly faults: Readonly<Record<string, string>>;
  readonly onChange: (step: DraftStep) => void;
}

export function StepForm({ number, step, methods, faults, onChange }: StepFormProps): ReactElement {
  const [areRareShown, setRareShown] = useState(false);
  const method = methods.find(({ id }) => id === step.method);
  const family = familyOf(method);
  const others = methods.filter((other) => familyOf(other) === family);
  const parameters: readonly ParameterEntry[] = method?.parameters ?? [];
  const rare = parameters.filter(isRare);
  const hasRareFault = rare.some(({ name }) => faults[name] !== undefined);
  const field = (parameter: ParameterEntry) => (
    <SchemaField
      key={parameter.name}
      parameter={parameter}
      value={step.params[parameter.name]}
      fault={faults[parameter.name]}
      onChange={(value) => onChange({ ...step, params: withParam(step.params, parameter.name, value) })}
    />
  );
  const Chevron = areRareShown || hasRareFault ? ChevronDown : ChevronRight;
  return (
    <section aria-label={familyTitle(family)} className="column" style={{ gap: 12 }}>
      <div className="row">
        <h2 className="grow">
          {number} · {familyTitle(family)}
        </h2>
        {method === undefined ? null : (
          <button
            type="button"
            className="plain-button xs source-link"
            onClick={() =>
              void call('openLink', { url: method.source.url }).catch(() =>
                window.open(method.source.url, '_blank', 'noopener'),
              )
            }
          >
            {method.source.title}
          </button>
        )}
      </div>
      <div className="step-form">
        {others.length > 1 ? (
          <Select
            label="Method"
            description={method?.summary}
            inputWrapperOrder={['label', 'input', 'description']}
            data={others.map(({ id, title }) => ({ value: id, label: title }))}
            value={step.method}
            onChange={(id) => {
              const next = methods.find((other) => other.id === id);
              if (next !== undefined) onChange(changeMethod(step, next));
            }}
          />
        ) : null}
        {parameters.filter((parameter) => !isRare(parameter)).map(field)}
      </div>
      {rare.length === 0 ? null : (
        <div>
          <Button
            variant="subtle"
            leftSection={<Chevron className="icon-small" aria-hidden="true" />}
            aria-expanded={areRareShown}
            onClick={() => setRareShown(!areRareShown)}
          >
            More parameters
          </Button>
          <Collapse expanded={areRareShown || hasRareFault}>
            <div className="step-form" style={{ paddingTop: 8 }}>
              {rare.map(field)}
            </div>
          </Collapse>
        </div>
      )}
    </section>
  );
}
