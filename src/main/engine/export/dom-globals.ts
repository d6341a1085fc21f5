// A DOM for React in plain Node. It changes the globals of the whole process, so only the chart worker installs it.
import { Window } from 'happy-dom';

const NAMES = [
  'document',
  'navigator',
  'Node',
  'Element',
  'HTMLElement',
  'SVGElement',
  'HTMLIFrameElement',
  'Event',
  'CustomEvent',
  'MutationObserver',
  'ResizeObserver',
  'getComputedStyle',
  'requestAnimationFrame',
  'cancelAnimationFrame',
] as const;

let installed: Window | undefined;

/** Idempotent. Must run before react-dom and recharts are loaded: both look for a DOM when they are evaluated. */
export function installDom(): Window {
  if (installed !== undefined) return installed;
  // React's development build is several times slower; it chooses when it is loaded.
  process.env['NODE_ENV'] ??= 'production';
  const window = new Window({ url: 'http://localhost/', settings: { disableJavaScriptFileLoading: true } });
  Object.defineProperty(globalThis, 'window', { value: window, configurable: true, writable: true });
  for (const name of NAMES) {
    const value: unknown = Reflect.get(window, name);
    const bound = typeof value === 'function' && !/^[A-Z]/.test(name) ? value.bind(window) : value;
    Object.defineProperty(globalThis, name, { value: bound, configurable: true, writable: true });
  }
  installed = window;
  return window;
}
