// The native menu. Its items are commands of the page's palette, so that menu, palette and keys do the same.
import { Menu, type MenuItemConstructorOptions } from 'electron';

export type SendCommand = (command: string) => void;

const SECTIONS = ['models', 'compress', 'chat', 'kick', 'scores', 'jobs'] as const;
const TITLES: Readonly<Record<(typeof SECTIONS)[number], string>> = {
  models: 'Models',
  compress: 'Compress',
  chat: 'Chat',
  kick: 'KICK',
  scores: 'Scores',
  jobs: 'Jobs',
};

export function makeMenu(send: SendCommand): Menu {
  const isMac = process.platform === 'darwin';
  const command = (id: string, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => send(id),
    // The page has the same keys; it acts on them itself, so that they work in a browser too.
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  });
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [macMenu(command)] : []),
    {
      label: 'File',
      submenu: [
        command('open', 'Open models…', 'CmdOrCtrl+O'),
        command('open-folder', 'Open models folder…'),
        { type: 'separator' },
        command('export-svg-1', 'Export chart as SVG'),
        command('export-png-2', 'Export chart as PNG'),
        command('report-html', 'Export report'),
        ...(isMac
          ? []
          : [{ type: 'separator' as const }, command('settings', 'Settings', 'Ctrl+,'), { role: 'quit' as const }]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...SECTIONS.map((id, index) => command(`go-${id}`, TITLES[id], `CmdOrCtrl+${index + 1}`)),
        { type: 'separator' },
        command('palette', 'Command palette', 'CmdOrCtrl+K'),
        command('switch-theme', 'Switch theme'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { label: 'Jobs', submenu: [command('pause-jobs', 'Pause all jobs'), command('resume-jobs', 'Resume all jobs')] },
    {
      label: 'Window',
      role: 'window',
      submenu: [
        { role: 'minimize' },
        { role: 'zoom' },
        // Without Shift these keys close a pane of the chat.
        { role: 'close', accelerator: 'CmdOrCtrl+Shift+W' },
        ...(isMac ? [{ type: 'separator' as const }, { role: 'front' as const }] : []),
      ],
    },
    {
      role: 'help',
      submenu: [command('first-steps', 'First steps'), command('keys', 'Keys of this screen', '?')],
    },
  ];
  return Menu.buildFromTemplate(template);
}

function macMenu(
  command: (id: string, label: string, accelerator?: string) => MenuItemConstructorOptions,
): MenuItemConstructorOptions {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      command('settings', 'Settings…', 'Cmd+,'),
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}
