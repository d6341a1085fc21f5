// Takes files that were dropped or picked: adds models, offers texts for calibration, imports scores, says what was refused.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AddedFiles } from '../../shared/session/model-calls.ts';
import { call } from '../api/client.ts';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { showError, showNotice } from '../ui/notices.tsx';
import { goTo } from '../ui/use-place.ts';
import { fileNameOf, plural } from './model-words.ts';

async function importScores(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const { importedCount, issues } = await call('importScores', { path });
    const faults = issues.length === 0 ? '' : ` ${plural(issues.length, 'line')} left out: ${issues[0]}`;
    showNotice(`${plural(importedCount, 'score')} from ${fileNameOf(path)}.${faults}`, 'Scores imported');
  }
  goTo('scores');
}

function tell(added: AddedFiles): void {
  const first = added.models[0];
  if (first !== undefined) {
    showNotice(added.models.map(({ name }) => name).join(', '), `Added ${plural(added.models.length, 'model')}`);
    goTo('models', { model: first.id });
  }
  for (const { message } of added.refused) showNotice(message, 'Not added');
  const text = added.texts[0];
  if (text !== undefined && first === undefined) goTo('compress', { calibration: text });
}

export function useAddFiles() {
  const client = useQueryClient();
  const pick = useFilePicker();
  const { mutate: addPaths, isPending } = useMutation({
    mutationFn: (paths: readonly string[]) => call('addFiles', { paths: [...paths] }),
    onError: showError,
    onSuccess: async (added) => {
      await client.invalidateQueries({ queryKey: ['models'] });
      tell(added);
      if (added.scoreFiles.length > 0) await importScores(added.scoreFiles).catch(showError);
    },
  });
  const openFiles = async () => {
    const paths = await pick({ title: 'Open models', kind: 'models' }).catch((error) => {
      showError(error);
      return [];
    });
    if (paths.length > 0) addPaths(paths);
  };
  const openFolder = async () => {
    const paths = await pick({ title: 'Open a folder of models', kind: 'models', folder: true });
    if (paths.length > 0) addPaths(paths);
  };
  return { addPaths, openFiles, openFolder, isAdding: isPending };
}
