// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listMethods } from '../../../src/main/engine/catalog.ts';
import { Markdown } from '../../../src/renderer/chat/Markdown.tsx';
import { changeStep, draftOf, newStep } from '../../../src/renderer/recipes/draft-recipe.ts';
import { StepForm } from '../../../src/renderer/recipes/StepForm.tsx';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
let unmount: (() => void) | undefined;

/** Drawn as in the window, without an engine: queries stay empty. */
async function draw(element: ReactElement): Promise<HTMLElement> {
  const client = new QueryClient({ defaultOptions: { queries: { enabled: false } } });
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  unmount = () => {
    act(() => root.unmount());
    host.remove();
  };
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={client}>{element}</QueryClientProvider>
      </MantineProvider>,
    ),
  );
  return host;
}

afterEach(() => unmount?.());

const methods = listMethods();

describe('form of a step', () => {
  test.each(methods.map((method) => [method.id, method] as const))(
    '%s has a titled control for each of its parameters',
    async (_id, method) => {
      const host = await draw(
        <StepForm number={1} step={newStep(method)} methods={methods} faults={{}} onChange={() => undefined} />,
      );
      const text = host.textContent ?? '';
      for (const { title } of method.parameters) expect(text).toContain(title);
      const controls = host.querySelectorAll('input, select, textarea, [role=slider]');
      expect(controls.length).toBeGreaterThanOrEqual(method.parameters.length);
    },
  );

  test('a fault stands at its field and opens the rarer parameters', async () => {
    const method = methods.find(({ id }) => id === 'quantize')!;
    const host = await draw(
      <StepForm
        number={1}
        step={newStep(method)}
        methods={methods}
        faults={{ tensorTypes: 'is not REGEX=TYPE' }}
        onChange={() => undefined}
      />,
    );
    expect(host.textContent).toContain('is not REGEX=TYPE');
  });

  test('a switch of the form changes the parameter of its name', async () => {
    const method = methods.find(({ id }) => id === 'quantize')!;
    const draft = draftOf({ steps: [{ method: 'quantize', params: { type: 'Q4_K_M' } }] });
    const onChange = vi.fn();
    const host = await draw(
      <StepForm number={1} step={draft.steps[0]!} methods={methods} faults={{}} onChange={onChange} />,
    );
    const title = method.parameters.find(({ name }) => name === 'pure')!.title;
    const label = [...host.querySelectorAll('label')].find((one) => one.textContent?.startsWith(title))!;
    const pure = document.getElementById(label.htmlFor)!;
    await act(async () => pure.click());
    const changed = onChange.mock.calls[0]![0];
    expect(changeStep(draft, changed.key, () => changed).steps[0]!.params).toEqual({ type: 'Q4_K_M', pure: true });
  });
});

describe('Markdown of a model', () => {
  test('neither HTML nor remote pictures nor other protocols get into the page', async () => {
    const host = await draw(
      <Markdown
        text={
          '<script>alert(1)</script>\n\n<b>x</b> ![cat](https://a.b/c.png) [bad](javascript:alert(1)) [good](https://a.b)'
        }
      />,
    );
    expect(host.querySelector('script, img, iframe, a')).toBeNull();
    expect(host.querySelectorAll('button')).toHaveLength(1);
    expect(host.querySelector('button')?.title).toBe('https://a.b');
    expect(host.textContent).toContain('[picture: cat]');
  });
});
