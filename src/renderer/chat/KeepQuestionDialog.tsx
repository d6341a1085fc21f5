// An answer worth testing: its question joins My questions, with the answer that is right.
import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { call } from '../api/client.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { showNotice } from '../ui/notices.tsx';

interface KeepQuestionDialogProps {
  readonly question: string;
  readonly answer: string;
  readonly onClose: () => void;
}

const SHORT_ANSWER = 60;

export function KeepQuestionDialog({ question: first, answer, onClose }: KeepQuestionDialogProps): ReactElement {
  const [question, setQuestion] = useState(first);
  const [right, setRight] = useState(answer.length <= SHORT_ANSWER ? answer.trim() : '');
  const save = useMutation({
    mutationFn: () => call('saveOwnQuestion', { question: question.trim(), answers: [right.trim()] }),
    onSuccess: () => {
      showNotice('It is among My questions in KICK.', 'Question kept');
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title="Keep as KICK question" size={480}>
      <form
        className="column"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Textarea
          label="Question"
          autosize
          minRows={2}
          maxRows={10}
          value={question}
          onChange={(event) => setQuestion(event.currentTarget.value)}
        />
        <TextInput
          data-autofocus
          label="The right answer"
          description="A few words: an answer counts when it holds them."
          inputWrapperOrder={['label', 'input', 'description']}
          value={right}
          onChange={(event) => setRight(event.currentTarget.value)}
        />
        {save.error === null ? null : <ErrorNote error={save.error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            disabled={question.trim() === '' || right.trim() === ''}
            loading={save.isPending}
          >
            Keep question
          </Button>
        </div>
      </form>
    </Modal>
  );
}
