// Answers of the score calls for pictures.
import type { ChartAxis } from '../../src/shared/comparison.ts';
import type { State, World } from './make-world.ts';
import { SAMPLE_TASKS } from './sample-models.ts';
import { sampleChanged, sampleCharts, sampleRows } from './sample-sweep.ts';

export function scoreAnswers(state: State): World {
  const forgotten = sampleChanged(247);
  return {
    listCharts: ({ axis = 'sparsityRatio', methods }) => ({
      charts: state === 'empty' ? [] : sampleCharts(axis as ChartAxis, methods).slice(0, state === 'busy' ? 2 : 4),
      hiddenVersionCount: state === 'long' ? 15 : 0,
    }),
    listScoreFilters: () => ({
      bases: [{ id: 'lumen', name: 'lumen-7b-v1.3', scoreCount: 88 }],
      tasks: SAMPLE_TASKS.map((id) => ({ id, title: id, scoreCount: 22 })),
      methods: [{ id: 'wanda', label: 'Wanda', slot: 1 }],
      protocols: ['standard', 'paper'],
      sweeps: [],
      scoreCount: 88,
    }),
    changedQuestions: () => ({
      forgotten,
      gained: sampleChanged(39).map((answer) => ({ ...answer, id: `g${answer.id}`, denseScore: 0, score: 1 })),
      forgottenCount: 247,
      gainedCount: 39,
      keptCount: 363,
      neverKnewCount: 351,
      leftOutCount: 3,
      pairedDifference: { value: -0.208, low: -0.239, high: -0.177, paired: true },
      byGroup: [],
      forgottenByAll: Array.from({ length: 118 }, (_, index) => index),
    }),
    listCategories: () => ({
      categories: ['arithmetic', 'astronomy', 'biology', 'geography', 'history'].map((group, place) => ({
        group,
        itemCount: 200,
        denseValue: 0.6,
        value: 0.6 - place * 0.05,
        difference: { value: -place * 0.05, low: -place * 0.05 - 0.06, high: -place * 0.05 + 0.06, paired: true },
        verdict: place < 1 ? ('matches' as const) : place < 3 ? ('unclear' as const) : ('loses' as const),
      })),
    }),
    scorePerGb: ({ task = 'factoid-qa' }) => {
      const rows = sampleRows('sizeBytes').filter((row) => row.task === task);
      return {
        points: rows.map((row) => ({ row, isDominated: row.recipe === 'Q6_K' })),
        bestWithinLimit: null,
        text: 'Best under 4.7 GB: Q4_K_M.',
      };
    },
  };
}
