// What a chat needs before a model is loaded: the prompt's text.
import { describe, expect, it } from 'vitest';
import { renderChat } from '../../../src/main/engine/chat/render-chat.ts';

const CHATML =
  "{{ bos_token }}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const tokens = { bosText: '<s>', eosText: '</s>' };

describe('the text of a conversation', () => {
  it("comes from the model's own template", () => {
    const text = renderChat(
      CHATML,
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi {{ 1 + 1 }}' },
      ],
      tokens,
    );
    expect(text).toBe(
      '<s><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi {{ 1 + 1 }}<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  it('is the plain text where a model has no template', () => {
    expect(renderChat(null, [{ role: 'user', content: 'Once upon' }], tokens)).toBe('Once upon');
  });

  it.each([
    ['refuses the messages', "{{ raise_exception('no system prompt here') }}"],
    ['is broken', '{% for %}'],
  ])('is an error that says why when the template %s', (_what, template) => {
    expect(() => renderChat(template, [{ role: 'user', content: 'x' }], tokens)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }),
    );
  });
});
