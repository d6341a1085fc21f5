// Chooses the base: every other version is measured against it.
import { Menu } from '@mantine/core';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { labelOf } from './model-words.ts';
import { useBench } from './use-bench.ts';

export function BaseMenu({ children }: { readonly children: ReactNode }): ReactElement {
  const { base, models, setBase } = useBench();
  const bases = models.filter((node) => node.baseId === null && node.state === 'ready');
  return (
    <Menu position="bottom-start">
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
        <Menu.Label>Base: versions are measured against it</Menu.Label>
        {bases.map((node) => (
          <Menu.Item
            key={node.id}
            onClick={() => setBase(node.id)}
            rightSection={node.id === base?.id ? <Check className="icon-small" aria-label="chosen" /> : null}
          >
            {labelOf(node)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => setBase(null)}>Clear the bench</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
