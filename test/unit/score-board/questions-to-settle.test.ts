import { describe, expect, it } from 'vitest';
import { alreadyClear, questionsToSettle } from '../../../src/main/engine/score-board/questions-to-settle.ts';

/** `count` pairs of which the first `wrong` were forgotten and the last `gained` learned; half of the rest is right. */
function pairs(count: number, forgotten: number, gained = 0) {
  const denseScores = Array.from({ length: count }, (_, i) =>
    i < forgotten || (i < count - gained && i % 2 === 0) ? 1 : 0,
  );
  const scores = denseScores.map((score, i) => (i < forgotten ? 0 : i >= count - gained ? 1 : score));
  return { scores, denseScores };
}

/** mean and standard deviation of score - 0.95 x dense, by the schoolbook. */
function margin({ scores, denseScores }: ReturnType<typeof pairs>) {
  const values = scores.map((score, i) => score - 0.95 * denseScores[i]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

describe('questions that would settle a verdict', () => {
  it('are as many as make the 95 % interval leave zero', () => {
    const asked = pairs(400, 14);
    const { mean, deviation } = margin(asked);
    const more = questionsToSettle(asked.scores, asked.denseScores)!;
    const total = 400 + more;
    expect(more).toBeGreaterThan(0);
    // Settled with so many, and not with a hundred fewer.
    expect(Math.abs(mean)).toBeGreaterThan((1.959964 * deviation) / Math.sqrt(total));
    expect(Math.abs(mean)).toBeLessThan((1.959964 * deviation) / Math.sqrt(total - 100));
  });

  it('are none when the verdict stands', () => {
    const lost = pairs(400, 120);
    expect(questionsToSettle(lost.scores, lost.denseScores)).toBeNull();
    const kept = pairs(400, 0);
    expect(questionsToSettle(kept.scores, kept.denseScores)).toBeNull();
  });

  it('are none when no number of questions would do, and with a single answer', () => {
    // Mean exactly at the threshold: 0.95 of 20 right answers.
    const denseScores = Array.from({ length: 20 }, () => 1);
    expect(questionsToSettle([0, ...denseScores.slice(1)], denseScores)).toBeNull();
    expect(questionsToSettle([1], [1])).toBeNull();
  });
});

describe('the early stop', () => {
  it('waits for two hundred questions, however clear it looks', () => {
    const asked = pairs(199, 150);
    expect(alreadyClear(asked.scores, asked.denseScores)).toBeNull();
  });

  it('says loses when the 99.9 % interval lies below, and matches when it lies above', () => {
    const lost = pairs(300, 120);
    expect(alreadyClear(lost.scores, lost.denseScores)).toBe('loses');
    const gained = pairs(600, 0, 60);
    expect(alreadyClear(gained.scores, gained.denseScores)).toBe('matches');
  });

  it('stays silent where only the 95 % interval parts', () => {
    // 400 questions, one in eighteen forgotten: margin -0.0325, its 95 % interval below zero, its 99.9 % interval not.
    const denseScores = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const scores = denseScores.map((score, i) => (i % 18 === 0 ? 0 : score));
    const { mean, deviation } = margin({ scores, denseScores });
    const width = deviation / Math.sqrt(400);
    expect(mean + 1.96 * width).toBeLessThan(0);
    expect(mean + 3.29 * width).toBeGreaterThan(0);
    expect(alreadyClear(scores, denseScores)).toBeNull();
  });

  it('makes few false alarms on a version at the threshold, though it looks many times', () => {
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    let alarms = 0;
    for (let run = 0; run < 300; run += 1) {
      // Dense is right in 60 %; the version forgets one in twenty of those: exactly 0.95 of the score.
      const denseScores = Array.from({ length: 2000 }, () => (random() < 0.6 ? 1 : 0));
      const scores = denseScores.map((score) => (score === 1 && random() < 0.05 ? 0 : score));
      if (alreadyClear(scores, denseScores) !== null) alarms += 1;
    }
    expect(alarms / 300).toBeLessThan(0.03);
  });
});
