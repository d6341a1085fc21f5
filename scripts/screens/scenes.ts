// What is pictured: screens, each in the states that change it.
import type { Page } from 'playwright';
import { baseWorld, STATES, type State, type World } from './make-world.ts';

export interface Scene {
  readonly name: string;
  readonly hash: string;
  readonly world: World;
  /** Brings the page into the state, after it was opened. */
  readonly prepare?: (page: Page) => Promise<void>;
}

function modelScenes(): Scene[] {
  const failing: World = {
    ...baseWorld('error'),
    getModel: () => {
      throw {
        code: 'BAD_GGUF',
        message:
          'lumen-7b-v1.3-wanda50-F16.gguf is not a readable GGUF: the header ends at byte 1,024. The download may have stopped early.',
      };
    },
  };
  const hashes: Readonly<Record<State, string>> = {
    full: '#/models?model=lumen-w50',
    empty: '#/models',
    busy: '#/models?model=lumen-q4',
    error: '#/models?model=gone',
    long: '#/models?model=many-3',
  };
  return STATES.map((state) => ({
    name: `models-${state}`,
    hash: hashes[state],
    world: state === 'error' ? failing : baseWorld(state),
  }));
}

export const SCENES: readonly Scene[] = [...modelScenes()];
