// Messages -> the text that a model was trained to continue: its own Jinja template, or plain text for a base model.
import { Template } from '@huggingface/jinja';
import { WorkbenchError } from '../../../shared/errors.ts';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatTokens {
  readonly bosText: string;
  readonly eosText: string;
}

/** A base model has no template: it continues the messages as one text. Throws UNSUPPORTED_MODEL when a template refuses. */
export function renderChat(template: string | null, messages: readonly ChatMessage[], tokens: ChatTokens): string {
  if (template === null) return messages.map(({ content }) => content).join('\n');
  try {
    return new Template(template).render({
      messages: messages.map((message) => ({ ...message })),
      add_generation_prompt: true,
      bos_token: tokens.bosText,
      eos_token: tokens.eosText,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WorkbenchError(
      'UNSUPPORTED_MODEL',
      `the model's chat template refuses these messages: ${why}`,
      {},
      error,
    );
  }
}
