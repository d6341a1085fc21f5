// Where the new file goes, and what is checked when it is written.
import { Button, Checkbox, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useFilePicker } from '../ui/FilePicker.tsx';

export interface OutputChoice {
  /** Empty: as the plan suggests. */
  readonly folder: string;
  readonly name: string;
  readonly isStrict: boolean;
  readonly doesReplace: boolean;
}

export interface WriteFormProps {
  readonly choice: OutputChoice;
  readonly suggestedPath: string | undefined;
  readonly onChange: (choice: OutputChoice) => void;
}

export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return { folder: path.slice(0, slash), name: path.slice(slash + 1) };
}

export function outputPathOf(choice: OutputChoice, suggestedPath: string): string {
  const suggested = splitPath(suggestedPath);
  const separator = suggestedPath.includes('\\') ? '\\' : '/';
  const name = choice.name.trim() === '' ? suggested.name : choice.name.trim();
  const folder = choice.folder === '' ? suggested.folder : choice.folder;
  return `${folder}${separator}${name.endsWith('.gguf') ? name : `${name}.gguf`}`;
}

export function WriteForm({ choice, suggestedPath, onChange }: WriteFormProps): ReactElement {
  const pick = useFilePicker();
  const suggested = splitPath(suggestedPath ?? '');
  const choose = async () => {
    const [folder] = await pick({ title: 'Output folder', kind: 'models', folder: true, multiple: false });
    if (folder !== undefined) onChange({ ...choice, folder });
  };
  return (
    <section aria-label="Write and check" className="column" style={{ gap: 12 }}>
      <h2>Write and check</h2>
      <div className="step-form">
        <TextInput
          label="File name"
          placeholder={suggested.name}
          value={choice.name}
          onChange={(event) => onChange({ ...choice, name: event.currentTarget.value })}
        />
        <div className="row row-end">
          <TextInput
            className="grow"
            label="Folder"
            placeholder={suggested.folder}
            title={choice.folder || suggested.folder}
            value={choice.folder}
            onChange={(event) => onChange({ ...choice, folder: event.currentTarget.value })}
          />
          <div className="row field-buttons">
            <Button onClick={() => void choose()}>Choose…</Button>
          </div>
        </div>
      </div>
      <Checkbox
        label="Fail when a tensor lost more than its type should"
        description="Every tensor is read back after writing and compared with its source. Otherwise this is only a warning."
        checked={choice.isStrict}
        onChange={(event) => onChange({ ...choice, isStrict: event.currentTarget.checked })}
      />
      <Checkbox
        label="Replace a file of this name"
        checked={choice.doesReplace}
        onChange={(event) => onChange({ ...choice, doesReplace: event.currentTarget.checked })}
      />
      <p className="faint xs prose">
        Types, sparsity and hash are read back from the written file. It is written beside its final name and renamed
        when whole.
      </p>
    </section>
  );
}
