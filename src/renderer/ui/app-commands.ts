// Commands that exist on every screen: sections, models, the queue, theme, help.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call, transport } from '../api/client.ts';
import { jobsQuery, settingsQuery, tasksQuery } from '../api/queries.ts';
import { labelOf } from '../models/model-words.ts';
import { useAddFiles } from '../models/use-add-files.ts';
import { useBench } from '../models/use-bench.ts';
import { type Command, useCommands } from './commands.tsx';
import { NAV_SECTIONS } from './NavBar.tsx';
import { showError } from './notices.tsx';
import { goTo } from './use-place.ts';

const THEMES = ['system', 'light', 'dark'] as const;

export function useAppCommands(showKeys: () => void): void {
  const client = useQueryClient();
  const { openFiles, openFolder } = useAddFiles();
  const { base, versions, models } = useBench();
  const { data: jobs = [] } = useQuery(jobsQuery);
  const { data: settings } = useQuery(settingsQuery);
  const { data: tasks = [] } = useQuery(tasksQuery);
  const theme = settings?.settings.theme ?? 'system';
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const isBusy = jobs.some((job) => job.state === 'running' || job.state === 'queued');
  const isPaused = jobs.some((job) => job.state === 'paused');
  const needsVersion = versions.length === 0 ? 'needs a second version' : undefined;
  const needsModel = base === undefined ? 'needs a model on the bench' : undefined;

  const setTheme = () =>
    void call('setSettings', { changes: { theme: nextTheme } })
      .then((result) => client.setQueryData(settingsQuery.queryKey, result))
      .catch(showError);

  const commands: Command[] = [
    { id: 'open', title: 'Open models\u2026', group: 'action', keys: 'mod+o', run: () => void openFiles() },
    { id: 'open-folder', title: 'Open models folder\u2026', group: 'action', run: () => void openFolder() },
    ...NAV_SECTIONS.map(({ id, title }, index) => ({
      id: `go-${id}`,
      title: `Go to ${title}`,
      group: 'action' as const,
      keys: transport().kind === 'desktop' ? `mod+${index + 1}` : String(index + 1),
      run: () => goTo(id),
    })),
    {
      id: 'kick-bench',
      title: 'Run KICK on the bench',
      detail: base === undefined ? '' : `${versions.length + 1} versions`,
      group: 'action',
      blockedBy: needsModel,
      run: () => goTo('kick', { tab: 'new' }),
    },
    {
      id: 'chat-bench',
      title: versions[0] === undefined ? 'Chat beside dense' : `Chat: base beside ${labelOf(versions[0])}`,
      group: 'action',
      blockedBy: needsVersion,
      run: () => goTo('chat'),
    },
    {
      id: 'compress-base',
      title: base === undefined ? 'Compress\u2026' : `Compress ${base.name} to\u2026`,
      group: 'action',
      blockedBy: needsModel,
      run: () => goTo('compress', base === undefined ? {} : { model: base.id }),
    },
    {
      id: 'plot-sparsity',
      title: 'Plot scores against sparsity',
      group: 'action',
      run: () => goTo('scores', { axis: 'sparsityRatio' }),
    },
    {
      id: 'plot-bits',
      title: 'Plot scores against bits per weight',
      group: 'action',
      run: () => goTo('scores', { axis: 'bitsPerWeight' }),
    },
    {
      id: 'plot-size',
      title: 'Plot scores against size',
      group: 'action',
      run: () => goTo('scores', { axis: 'sizeBytes' }),
    },
    ...tasks.flatMap(({ id, title }): Command[] => [
      {
        id: `kick-${id}`,
        title: `Run KICK: ${title} only`,
        group: 'action',
        blockedBy: needsModel,
        run: () => goTo('kick', { tab: 'new', tasks: id }),
      },
      {
        id: `plot-${id}`,
        title: `Plot ${title} against sparsity`,
        group: 'action',
        run: () => goTo('scores', { task: id, axis: 'sparsityRatio' }),
      },
    ]),
    {
      id: 'pause-jobs',
      title: 'Pause all jobs',
      group: 'action',
      blockedBy: isBusy ? undefined : 'nothing is running',
      run: () => void call('pauseAllJobs', {}).catch(showError),
    },
    {
      id: 'resume-jobs',
      title: 'Go on with all jobs',
      group: 'action',
      blockedBy: isPaused ? undefined : 'nothing is paused',
      run: () => void call('resumeAllJobs', {}).catch(showError),
    },
    { id: 'switch-theme', title: `Switch theme to ${nextTheme}`, group: 'setting', run: setTheme },
    { id: 'settings', title: 'Open settings', group: 'setting', keys: 'mod+,', run: () => goTo('settings') },
    { id: 'first-steps', title: 'First steps', group: 'help', run: () => goTo('first-steps') },
    { id: 'keys', title: 'Keys of this screen', group: 'help', keys: '?', run: showKeys },
    ...models.map((node) => ({
      id: `model-${node.id}`,
      title: labelOf(node),
      detail: node.baseId === null ? 'base' : (models.find(({ id }) => id === node.baseId)?.name ?? ''),
      group: 'model' as const,
      run: () => goTo('models', { model: node.id }),
    })),
  ];
  useCommands('app', commands);
}
