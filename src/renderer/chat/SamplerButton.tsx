// How words are chosen: greedy unless told, with the seed shown.
import { Button, NumberInput, Popover } from '@mantine/core';
import type { ReactElement } from 'react';
import { GREEDY } from './conversation.ts';
import type { Chat } from './use-chat.ts';

export function samplerWords({ temperature, seed }: Chat['talk']['sampler']): string {
  return temperature === 0 ? `Greedy, seed ${seed}` : `Temperature ${temperature}, seed ${seed}`;
}

const FIELDS = [
  { key: 'temperature', label: 'Temperature (0 is greedy)', min: 0, max: 10, step: 0.1, fallback: 0 },
  { key: 'topK', label: 'Top k', min: 0, max: 1000, step: 1, fallback: 40 },
  { key: 'topP', label: 'Top p', min: 0, max: 1, step: 0.05, fallback: 0.95 },
  { key: 'seed', label: 'Seed', min: 0, max: 4_294_967_295, step: 1, fallback: 0 },
] as const;

export function SamplerButton({ chat }: { readonly chat: Chat }): ReactElement {
  const { sampler } = chat.talk;
  return (
    <Popover width={260} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="subtle">{samplerWords(sampler)}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="column">
          {FIELDS.map(({ key, label, min, max, step, fallback }) => (
            <NumberInput
              key={key}
              label={label}
              min={min}
              max={max}
              step={step}
              value={sampler[key]}
              onChange={(next) =>
                chat.change((old) => ({
                  ...old,
                  sampler: { ...old.sampler, [key]: next === '' ? fallback : Number(next) },
                }))
              }
            />
          ))}
          <Button onClick={() => chat.change((old) => ({ ...old, sampler: GREEDY }))}>Greedy, seed 0</Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
