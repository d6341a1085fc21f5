// Answers of the settings' calls for pictures.
import type { World } from './make-world.ts';

export function settingsAnswers(): World {
  return {
    listCaches: () => ({
      caches: [
        {
          id: 'outputs',
          title: 'Compressed models',
          path: '/home/ada/whittle/models',
          sizeBytes: 41.2e9,
          canClear: false,
        },
        {
          id: 'answers',
          title: 'Answers and scores',
          path: '/home/ada/whittle/scores',
          sizeBytes: 182e6,
          canClear: false,
        },
        {
          id: 'statistics',
          title: 'Statistics of calibration',
          path: '/home/ada/whittle/cache/statistics-of-inputs-by-model-and-text',
          sizeBytes: 1.9e9,
          canClear: true,
        },
      ],
    }),
    listLicences: () => ({
      licences: [{ name: 'llama.cpp', version: 'b7000', licence: 'MIT', text: null, url: null }],
    }),
    getDiagnostics: () => ({ text: 'Whittle 0.1.0' }),
    jobLog: () => ({ lines: ['loading model', 'quantizing blk.0.attn_q.weight'] }),
  };
}
