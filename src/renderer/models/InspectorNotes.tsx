// A person's own words about a version: name, tags, notes. Saved when the field is left.
import { TagsInput, Textarea, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import type { ModelNode } from '../../shared/session/model-calls.ts';
import type { SessionInput } from '../../shared/session-contract.ts';
import { call } from '../api/client.ts';
import { showError } from '../ui/notices.tsx';

export function InspectorNotes({ node }: { readonly node: ModelNode }): ReactElement {
  const [name, setName] = useState(node.name);
  const [notes, setNotes] = useState(node.notes);
  const save = (changes: Omit<SessionInput<'updateModel'>, 'model'>) => {
    void call('updateModel', { model: node.id, ...changes }).catch(showError);
  };
  return (
    <section className="column">
      <TextInput
        label="Name"
        value={name}
        disabled={node.isEmbedded}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={() => name.trim() !== '' && name !== node.name && save({ name: name.trim() })}
      />
      <TagsInput
        size="xs"
        label="Tags"
        placeholder={node.tags.length === 0 ? 'ship, draft' : ''}
        defaultValue={[...node.tags]}
        onChange={(tags) => save({ tags })}
      />
      <Textarea
        label="Notes"
        autosize
        minRows={2}
        maxRows={8}
        value={notes}
        onChange={(event) => setNotes(event.currentTarget.value)}
        onBlur={() => notes !== node.notes && save({ notes })}
      />
    </section>
  );
}
