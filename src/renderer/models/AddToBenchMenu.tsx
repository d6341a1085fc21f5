// Versions that may join the bench: those of its base first.
import { Menu } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { formatBytes } from '../../shared/units.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { goTo } from '../ui/use-place.ts';
import { labelOf } from './model-words.ts';
import { useBench } from './use-bench.ts';

const MAX_SHOWN = 40;

export function AddToBenchMenu({ children }: { readonly children: ReactNode }): ReactElement {
  const { base, models, has, add } = useBench();
  const free = models.filter((node) => node.state === 'ready' && !has(node.id));
  const own = free.filter((node) => node.baseId !== null && node.baseId === base?.id);
  const others = free.filter((node) => !own.includes(node)).slice(0, MAX_SHOWN - Math.min(own.length, MAX_SHOWN));
  const item = (node: (typeof free)[number]) => (
    <Menu.Item
      key={node.id}
      leftSection={<Glyph slot={node.baseId === null ? 0 : node.slot} />}
      rightSection={<span className="faint xs">{formatBytes(node.sizeBytes)}</span>}
      onClick={() => add(node.id)}
    >
      {labelOf(node)}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-start">
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
        {own.length > 0 ? <Menu.Label>Versions of {base?.name}</Menu.Label> : null}
        {own.slice(0, MAX_SHOWN).map(item)}
        {others.length > 0 ? <Menu.Label>Other base: no verdict</Menu.Label> : null}
        {others.map(item)}
        {free.length === 0 ? <Menu.Label>Every version is on the bench</Menu.Label> : null}
        <Menu.Divider />
        <Menu.Item onClick={() => goTo('models')}>Choose in Models</Menu.Item>
        <Menu.Item onClick={() => goTo('compress')}>Compress another version</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
