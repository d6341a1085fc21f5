// Status bar: device, memory, free disk; what is wrong turns amber and leads to where it can be mended.
import { useQuery } from '@tanstack/react-query';
import { Cpu, Database, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatBytes } from '../../shared/units.ts';
import { machineQuery } from '../api/queries.ts';
import { goTo } from './use-place.ts';

const GIB = 2 ** 30;

function gib(bytes: number): string {
  const value = bytes / GIB;
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

export function StatusBar(): ReactElement {
  const { data: machine } = useQuery(machineQuery);
  if (machine === undefined) return <section className="status-bar" aria-label="Status" />;
  const { device } = machine;
  const memory = device.memoryBytes === null ? '' : `, ${gib(device.memoryBytes)} GiB`;
  const used = machine.memoryTotalBytes - machine.memoryFreeBytes;
  return (
    <section className="status-bar" aria-label="Status">
      <span className="row" title={`${machine.processor}, ${machine.threads} threads, set to ${device.requested}`}>
        <Cpu className="icon-small" aria-hidden="true" />
        {device.backend === 'cpu' && device.cpuFamily !== null ? `cpu (${device.cpuFamily})` : device.backend} ·{' '}
        {device.name}
        {memory}
      </span>
      <span>
        RAM {gib(used)} of {gib(machine.memoryTotalBytes)} GiB
      </span>
      <span className="row" title={machine.outputFolder}>
        <Database className="icon-small" aria-hidden="true" />
        {formatBytes(machine.outputFreeBytes)} free
      </span>
      {machine.warnings.map(({ code, text }) => (
        <button
          key={code}
          type="button"
          className="plain-button row status-warning ellipsis"
          title={text}
          onClick={() => goTo('settings')}
        >
          <TriangleAlert className="icon-small" aria-hidden="true" />
          <span className="ellipsis">{text}</span>
        </button>
      ))}
      <span className="status-end faint ellipsis hide-narrow">llama.cpp {machine.llamaCppVersion}</span>
    </section>
  );
}
