// Recipes: presets and saved ones, save, import, export, as a command.
import { Button, Menu, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { Recipe } from '../../shared/recipe.ts';
import { call } from '../api/client.ts';
import { recipesQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Note } from '../ui/Note.tsx';
import { saveFile } from '../ui/save-file.ts';
import { RemoveRecipesDialog } from './RemoveRecipesDialog.tsx';

interface RecipeMenuProps {
  readonly name: string;
  readonly recipe: Recipe;
  readonly onUse: (recipe: Recipe, name: string) => void;
  readonly onFit: () => void;
}

function ImportDialog({ onUse, onClose }: { readonly onUse: RecipeMenuProps['onUse']; readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const read = useMutation({
    mutationFn: () => call('readRecipeText', { text }),
    onSuccess: ({ recipe }) => {
      if (recipe === null) return;
      onUse(recipe, recipe.name ?? 'Imported recipe');
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Import a recipe" size={560}>
      <div className="column">
        <Textarea
          data-autofocus
          label="JSON or YAML"
          placeholder={'{"steps": [{"method": "quantize", "params": {"type": "Q4_K_M"}}]}'}
          autosize
          minRows={8}
          maxRows={18}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--font-mono)' } }}
        />
        {read.error === null ? null : <ErrorNote error={read.error} />}
        {read.data === undefined || read.data.issues.length === 0 ? null : (
          <Note kind="bad" title="The recipe has faults.">
            <ul className="issue-list">
              {read.data.issues.map(({ path, message }) => (
                <li key={`${path} ${message}`}>
                  <span className="mono">{path}</span> {message}
                </li>
              ))}
            </ul>
          </Note>
        )}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="filled" disabled={text.trim() === ''} loading={read.isPending} onClick={() => read.mutate()}>
            Import
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function SaveDialog({
  name,
  recipe,
  onClose,
}: {
  readonly name: string;
  readonly recipe: Recipe;
  readonly onClose: () => void;
}) {
  const [newName, setName] = useState(name);
  const save = useMutation({
    mutationFn: () => call('saveRecipe', { name: newName.trim(), recipe }),
    onSuccess: onClose,
  });
  return (
    <Modal opened onClose={onClose} title="Save recipe" size={400}>
      <form
        className="column"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput
          data-autofocus
          label="Name"
          value={newName}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {save.error === null ? null : <ErrorNote error={save.error} />}
        <Button type="submit" variant="filled" disabled={newName.trim() === ''} loading={save.isPending}>
          Save recipe
        </Button>
      </form>
    </Modal>
  );
}

export function RecipeMenu({ name, recipe, onUse, onFit }: RecipeMenuProps): ReactElement {
  const { data: recipes = [] } = useQuery(recipesQuery);
  const [dialog, setDialog] = useState<'import' | 'save' | 'remove' | null>(null);
  const presets = recipes.filter(({ isPreset }) => isPreset);
  const saved = recipes.filter(({ isPreset }) => !isPreset);
  const hasSteps = recipe.steps.length > 0;
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            className="recipe-button"
            justify="space-between"
            rightSection={<ChevronDown className="icon-small" aria-hidden="true" />}
          >
            <span className="ellipsis" title={name}>
              {name === '' ? 'Recipe' : name}
            </span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={520} style={{ overflow: 'auto', maxWidth: 380 }}>
          <Menu.Label>Starting recipes</Menu.Label>
          {presets.map((preset) => (
            <Menu.Item key={preset.id} onClick={() => onUse(preset.recipe, preset.name)}>
              {preset.name}
              <div className="faint xs">{preset.summary}</div>
            </Menu.Item>
          ))}
          <Menu.Item onClick={onFit}>
            As small as it gets under a size…
            <div className="faint xs">A mix of types from exact sizes and importance</div>
          </Menu.Item>
          {saved.length === 0 ? null : <Menu.Label>Saved</Menu.Label>}
          {saved.map((item) => (
            <Menu.Item key={item.id} onClick={() => onUse(item.recipe, item.name)}>
              {item.name}
              <div className="faint xs">{item.summary}</div>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={!hasSteps} onClick={() => setDialog('save')}>
            Save recipe…
          </Menu.Item>
          {saved.length === 0 ? null : <Menu.Item onClick={() => setDialog('remove')}>Remove saved recipes…</Menu.Item>}
          <Menu.Item onClick={() => setDialog('import')}>Import recipe…</Menu.Item>
          <Menu.Item
            disabled={!hasSteps}
            onClick={() => void saveFile(call('exportRecipe', { recipe, format: 'json' }))}
          >
            Export recipe as JSON
          </Menu.Item>
          <Menu.Item
            disabled={!hasSteps}
            onClick={() => void saveFile(call('exportRecipe', { recipe, format: 'yaml' }))}
          >
            Export recipe as YAML
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'import' ? <ImportDialog onUse={onUse} onClose={() => setDialog(null)} /> : null}
      {dialog === 'remove' ? <RemoveRecipesDialog onClose={() => setDialog(null)} /> : null}
      {dialog === 'save' ? <SaveDialog name={name} recipe={recipe} onClose={() => setDialog(null)} /> : null}
    </>
  );
}
