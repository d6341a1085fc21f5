// A person's own questions: kept from chats or written here; KICK asks them like any other task.
import { ActionIcon, Button, TagsInput, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { OwnQuestion } from '../../shared/session/kick-calls.ts';
import { call } from '../api/client.ts';
import { ownQuestionsQuery } from '../api/queries.ts';
import { plural } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { showError } from '../ui/notices.tsx';

function QuestionForm({
  known,
  onDone,
}: {
  readonly known: OwnQuestion | undefined;
  readonly onDone: () => void;
}): ReactElement {
  const [question, setQuestion] = useState(known?.question ?? '');
  const [answers, setAnswers] = useState<string[]>([...(known?.answers ?? [])]);
  const save = useMutation({
    mutationFn: () =>
      call('saveOwnQuestion', { ...(known === undefined ? {} : { id: known.id }), question: question.trim(), answers }),
    onSuccess: () => {
      setQuestion('');
      setAnswers([]);
      onDone();
    },
  });
  return (
    <form
      className="column question-form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <h2>{known === undefined ? 'New question' : 'Change question'}</h2>
      <Textarea
        label="Question"
        autosize
        minRows={3}
        maxRows={12}
        value={question}
        onChange={(event) => setQuestion(event.currentTarget.value)}
      />
      <TagsInput
        size="xs"
        label="Right answers"
        description="Press Enter after each. Any of them counts; the first is shown."
        inputWrapperOrder={['label', 'input', 'description']}
        splitChars={[]}
        value={answers}
        onChange={setAnswers}
      />
      {save.error === null ? null : <ErrorNote error={save.error} />}
      <div className="row">
        <Button
          type="submit"
          variant="filled"
          disabled={question.trim() === '' || answers.length === 0}
          loading={save.isPending}
        >
          Keep question
        </Button>
        {known === undefined ? null : <Button onClick={onDone}>Cancel</Button>}
      </div>
    </form>
  );
}

export function OwnQuestions(): ReactElement {
  const { data, error } = useQuery(ownQuestionsQuery);
  const [editing, setEditing] = useState<OwnQuestion | undefined>(undefined);
  const questions = data?.questions ?? [];
  return (
    <div className="screen-body">
      <div className="own-list scroll">
        {error === null ? null : <ErrorNote error={error} />}
        <p className="sm muted own-head">
          {questions.length === 0
            ? 'No questions of your own yet. Write one here, or keep one from a chat.'
            : plural(questions.length, 'question')}
          {data === undefined || questions.length === 0 ? null : (
            <span className="faint xs mono ellipsis" title={data.path}>
              {' '}
              {data.path}
            </span>
          )}
        </p>
        <ul className="task-rows">
          {questions.map((one) => (
            <li key={one.id} className="task-row">
              <span className="grow">
                <span className="own-question">{one.question}</span>
                <span className="xs faint">{one.answers.join(' or ')}</span>
              </span>
              <ActionIcon variant="subtle" size={24} aria-label="Change question" onClick={() => setEditing(one)}>
                <Pencil className="icon-small" aria-hidden="true" />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                size={24}
                aria-label="Remove question"
                onClick={() => void call('removeOwnQuestion', { id: one.id }).catch(showError)}
              >
                <Trash2 className="icon-small" aria-hidden="true" />
              </ActionIcon>
            </li>
          ))}
        </ul>
      </div>
      <div className="new-side scroll">
        <QuestionForm key={editing?.id ?? 'new'} known={editing} onDone={() => setEditing(undefined)} />
      </div>
    </div>
  );
}
