// The chart on the screen as a file or on the clipboard: title, legend and caption inside. Light, unless as on the screen is asked.
import { Button, Menu, useComputedColorScheme } from '@mantine/core';
import { ChevronDown, Copy, Share } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { SessionInput } from '../../shared/session-contract.ts';
import { call } from '../api/client.ts';
import { type Command, useCommands } from '../ui/commands.tsx';
import { KeyCap } from '../ui/KeyCap.tsx';
import { showError, showNotice } from '../ui/notices.tsx';
import { blobOf, saveFile, textOf } from '../ui/save-file.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import type { ChartRequest } from './chart-request.ts';

type Format = SessionInput<'exportChart'>['format'];

const FILES: readonly { readonly title: string; readonly format: Format; readonly scale?: number }[] = [
  { title: 'SVG', format: 'svg' },
  { title: 'PNG, 1x', format: 'png', scale: 1 },
  { title: 'PNG, 2x', format: 'png', scale: 2 },
  { title: 'PNG, 3x', format: 'png', scale: 3 },
  { title: 'PDF', format: 'pdf' },
  { title: 'CSV', format: 'csv' },
  { title: 'JSON', format: 'json' },
];

interface ExportMenuProps {
  readonly request: ChartRequest;
  readonly task: string | undefined;
}

export function ExportMenu({ request, task }: ExportMenuProps): ReactElement {
  const scheme = useComputedColorScheme('light');
  const [isAsOnScreen, setAsOnScreen] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const wanted = {
    ...request,
    ...(task === undefined ? {} : { task }),
    theme: isAsOnScreen ? scheme : ('light' as const),
  };
  const blockedBy = task === undefined ? 'no chart yet' : undefined;

  const copyImage = async () => {
    try {
      const file = await call('exportChart', { ...wanted, format: 'png', scale: 2 });
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blobOf(file) })]);
      showNotice('The chart is on the clipboard as a picture.', 'Copied');
    } catch (error) {
      showError(error);
    }
  };
  const copyTable = async () => {
    try {
      await navigator.clipboard.writeText(textOf(await call('exportChart', { ...wanted, format: 'md' })));
      showNotice('The rows of the chart are on the clipboard as a Markdown table.', 'Copied');
    } catch (error) {
      showError(error);
    }
  };
  const save = (format: Format, scale?: number) =>
    void saveFile(call('exportChart', { ...wanted, format, ...(scale === undefined ? {} : { scale }) }));
  const report = (format: 'html' | 'md') => void saveFile(call('exportReport', { ...request, format }));

  useShortcuts(
    {
      e: () => setOpen(true),
      'mod+shift+e': () => setOpen(true),
      'mod+shift+c': () => void copyImage(),
    },
    task !== undefined,
  );
  useCommands('export', [
    ...FILES.map(
      ({ title, format, scale }): Command => ({
        id: `export-${format}-${scale ?? 1}`,
        title: `Export chart as ${title}`,
        group: 'action',
        blockedBy,
        run: () => save(format, scale),
      }),
    ),
    {
      id: 'copy-chart',
      title: 'Copy chart',
      group: 'action',
      keys: 'mod+shift+c',
      blockedBy,
      run: () => void copyImage(),
    },
    { id: 'copy-table', title: 'Copy as Markdown table', group: 'action', blockedBy, run: () => void copyTable() },
    { id: 'report-html', title: 'Export report as HTML', group: 'action', blockedBy, run: () => report('html') },
  ]);

  return (
    <>
      <Button
        disabled={task === undefined}
        aria-label="Copy chart"
        leftSection={<Copy className="icon-small" aria-hidden="true" />}
        onClick={() => void copyImage()}
      >
        <span className="hide-narrow">Copy chart</span>
      </Button>
      <Menu opened={isOpen} onChange={setOpen}>
        <Menu.Target>
          <Button
            disabled={task === undefined}
            leftSection={<Share className="icon-small" aria-hidden="true" />}
            rightSection={<ChevronDown className="icon-small" aria-hidden="true" />}
          >
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {FILES.map(({ title, format, scale }) => (
            <Menu.Item key={title} onClick={() => save(format, scale)}>
              {title}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => report('html')}>Report, HTML</Menu.Item>
          <Menu.Item onClick={() => report('md')}>Report, Markdown</Menu.Item>
          <Menu.Divider />
          <Menu.Item rightSection={<KeyCap keys="mod+shift+c" />} onClick={() => void copyImage()}>
            Copy as image
          </Menu.Item>
          <Menu.Item onClick={() => void copyTable()}>Copy as Markdown table</Menu.Item>
          <Menu.Divider />
          <Menu.CheckboxItem checked={isAsOnScreen} onChange={setAsOnScreen} closeMenuOnClick={false}>
            Colours as on screen
          </Menu.CheckboxItem>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
