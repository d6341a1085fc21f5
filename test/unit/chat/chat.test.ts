// What a chat needs before a model is loaded: the prompt's text, and the choice of a token.
import { describe, expect, it } from 'vitest';
import { pickToken, seededRandom } from '../../../src/main/engine/chat/pick-token.ts';
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

describe('the next token', () => {
  const logits = Float32Array.of(1, 3, 3, -2);

  it('is the first of the likeliest at temperature 0', () => {
    expect(pickToken(logits, 0, 0.99)).toBe(1);
  });

  it('follows the softmax otherwise', () => {
    const random = seededRandom(1);
    const counts = [0, 0, 0, 0];
    const draws = 20_000;
    for (let i = 0; i < draws; i += 1) counts[pickToken(logits, 2, random())]! += 1;
    const weights = [...logits].map((logit) => Math.exp(logit / 2));
    const sum = weights.reduce((a, b) => a + b);
    for (const [i, count] of counts.entries()) {
      const share = weights[i]! / sum;
      // Five standard errors of a proportion.
      expect(Math.abs(count / draws - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / draws));
    }
  });

  it('is drawn from numbers in [0, 1) that are the same for the same seed', () => {
    const draw = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    const numbers = draw(5);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((a, b) => a + b) / 1000).toBeCloseTo(0.5, 1);
  });
});
