// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, type ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useDraft } from '../../../src/renderer/api/use-draft.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const sent: string[] = [];

function Field(): ReactElement {
  const [text, setText] = useDraft('text', '');
  return (
    <input
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={({ key }) => key === 'Enter' && sent.push(text)}
    />
  );
}

function Shown(): ReactElement {
  const [text] = useDraft('text', '');
  return <output>{text}</output>;
}

let root: Root;
let page: HTMLElement;
let client: QueryClient;

function show(element: ReactElement): void {
  act(() => root.render(<QueryClientProvider client={client}>{element}</QueryClientProvider>));
}

function field(): HTMLInputElement {
  return page.querySelector('input')!;
}

/** As a browser does: the letters are there before anyone is told. Nothing is waited for. */
function type(text: string): void {
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field()), 'value')!;
  set!.call(field(), text);
  field().dispatchEvent(new InputEvent('input', { bubbles: true }));
}

beforeEach(() => {
  sent.length = 0;
  client = new QueryClient();
  page = document.body.appendChild(document.createElement('div'));
  root = createRoot(page);
});
afterEach(() => {
  act(() => root.unmount());
  page.remove();
});

describe('a draft', () => {
  it('is in its field before the next key, however soon that comes', () => {
    show(<Field />);
    act(() => {
      type('a');
      expect(field().value).toBe('a');
      type('ab');
      field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    });
    expect(sent).toEqual(['ab']);
  });

  it('is the same wherever it is shown, and still there when its screen comes back', () => {
    show(
      <>
        <Field />
        <Shown />
      </>,
    );
    act(() => type('kept'));
    expect(page.querySelector('output')?.textContent).toBe('kept');
    show(<p />);
    show(<Shown />);
    expect(page.querySelector('output')?.textContent).toBe('kept');
  });
});
