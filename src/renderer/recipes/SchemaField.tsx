// One parameter of a method as a control, by its JSON schema; its help below, its fault in place.
import { Button, NumberInput, Select, Slider, Switch, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { typesQuery } from '../api/queries.ts';
import { fileNameOf } from '../models/model-words.ts';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { type FieldKind, fieldKindOf, type ParameterEntry } from './field-kind.ts';

export interface SchemaFieldProps {
  readonly parameter: ParameterEntry;
  readonly value: unknown;
  readonly fault: string | undefined;
  /** undefined clears: the default holds. */
  readonly onChange: (value: unknown) => void;
}

type FieldOf<Kind extends FieldKind['kind']> = SchemaFieldProps & {
  readonly field: Extract<FieldKind, { kind: Kind }>;
};

const PATTERNS = ['1:2', '2:4', '4:8'];

function common({ parameter, fault }: SchemaFieldProps) {
  return { label: parameter.title, description: parameter.help, error: fault, inputWrapperOrder: ORDER };
}

const ORDER: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

function defaultOf({ parameter }: SchemaFieldProps): unknown {
  return parameter.schema['default'];
}

/** Shares are shown in percent, held as 0..1. */
function RatioField(props: FieldOf<'ratio'>): ReactElement {
  const { parameter, value, fault, field, onChange } = props;
  const ratio = typeof value === 'number' ? value : undefined;
  const percent = ratio === undefined ? undefined : Number((ratio * 100).toFixed(2));
  return (
    <div className="field-ratio">
      <div className="row">
        <span className="mantine-InputWrapper-label grow" id={`${parameter.name}-label`}>
          {parameter.title}
        </span>
        <NumberInput
          w={78}
          aria-labelledby={`${parameter.name}-label`}
          min={field.min * 100}
          max={field.max * 100}
          step={5}
          decimalScale={2}
          suffix=" %"
          hideControls
          placeholder="off"
          error={fault !== undefined}
          value={percent ?? ''}
          onChange={(next) => onChange(next === '' ? undefined : Number(next) / 100)}
        />
      </div>
      <Slider
        thumbLabel={parameter.title}
        label={null}
        size={4}
        thumbSize={14}
        min={field.min * 100}
        max={field.max * 100}
        step={1}
        value={percent ?? field.min * 100}
        onChange={(next) => onChange(next / 100)}
      />
      <p className={fault === undefined ? 'faint xs' : 'bad-ink xs'}>{fault ?? parameter.help}</p>
    </div>
  );
}

function TypeField(props: FieldOf<'file-type'>): ReactElement {
  const { data: types = [] } = useQuery(typesQuery);
  const data = types.map(({ id, bitsPerWeight, needsImatrix }) => ({
    value: id,
    label: `${id} \u00b7 ${bitsPerWeight.toFixed(2)} bpw${needsImatrix ? ' \u00b7 needs imatrix' : ''}`,
  }));
  return (
    <Select
      {...common(props)}
      searchable
      data={data}
      value={typeof props.value === 'string' ? props.value : null}
      onChange={(next) => props.onChange(next ?? undefined)}
      maxDropdownHeight={320}
    />
  );
}

function PatternField(props: FieldOf<'pattern'>): ReactElement {
  const own = typeof props.value === 'string' ? props.value : '';
  const patterns = PATTERNS.includes(own) || own === '' ? PATTERNS : [...PATTERNS, own];
  return (
    <Select
      {...common(props)}
      data={[{ value: '', label: 'Unstructured' }, ...patterns]}
      value={own}
      onChange={(next) => props.onChange(next || undefined)}
    />
  );
}

function FileField(props: FieldOf<'file'>): ReactElement {
  const pick = useFilePicker();
  const path = typeof props.value === 'string' ? props.value : '';
  const choose = async () => {
    const [chosen] = await pick({ title: props.parameter.title, kind: props.field.accepts, multiple: false });
    if (chosen !== undefined) props.onChange(chosen);
  };
  return (
    <div className="row row-end">
      <TextInput
        {...common(props)}
        className="grow"
        title={path}
        placeholder={props.field.accepts === 'text' ? 'included text' : 'none'}
        value={path === '' ? '' : fileNameOf(path)}
        readOnly
      />
      <div className="row field-buttons">
        <Button onClick={() => void choose()}>Choose…</Button>
        {path === '' ? null : (
          <Button variant="subtle" onClick={() => props.onChange(undefined)}>
            Clear
          </Button>
        )}
      </div>
    </div>
  );
}

function LinesField(props: FieldOf<'lines'>): ReactElement {
  const lines = Array.isArray(props.value) ? props.value.map(String) : [];
  const take = (next: string[]) => {
    const values = props.field.areNumbers ? next.map(Number).filter((number) => Number.isFinite(number)) : next;
    props.onChange(values.length === 0 ? undefined : values);
  };
  return <TagsInput size="xs" {...common(props)} value={lines} onChange={take} />;
}

export function SchemaField(props: SchemaFieldProps): ReactElement {
  const field = fieldKindOf(props.parameter);
  const shown = props.value ?? defaultOf(props);
  switch (field.kind) {
    case 'ratio':
      return <RatioField {...props} field={field} />;
    case 'file-type':
      return <TypeField {...props} field={field} />;
    case 'pattern':
      return <PatternField {...props} field={field} />;
    case 'file':
      return <FileField {...props} field={field} />;
    case 'lines':
      return <LinesField {...props} field={field} />;
    case 'choice':
      return (
        <Select
          {...common(props)}
          data={[...field.values]}
          value={typeof shown === 'string' ? shown : null}
          onChange={(next) => props.onChange(next ?? undefined)}
        />
      );
    case 'switch':
      return (
        <Switch
          label={props.parameter.title}
          description={props.parameter.help}
          error={props.fault}
          checked={shown === true}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common(props)}
          allowDecimal={!field.isWhole}
          {...(field.min === undefined ? {} : { min: field.min })}
          {...(field.max === undefined ? {} : { max: field.max })}
          thousandSeparator=","
          suffix={props.parameter.unit === undefined ? '' : ` ${props.parameter.unit}`}
          value={typeof shown === 'number' ? shown : ''}
          onChange={(next) => props.onChange(next === '' ? undefined : Number(next))}
        />
      );
    case 'text':
      return (
        <TextInput
          {...common(props)}
          value={typeof shown === 'string' ? shown : ''}
          onChange={(event) => props.onChange(event.currentTarget.value || undefined)}
        />
      );
  }
}
