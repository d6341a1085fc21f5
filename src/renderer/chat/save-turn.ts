// One turn of all panes as a picture: what was asked, what each version said, and how it was sampled.
import { formatCount } from '../../shared/units.ts';
import { sizeWords } from '../models/model-words.ts';
import type { BenchVersion } from '../models/use-bench.ts';
import { saveFile } from '../ui/save-file.ts';
import { firstDifference, type KeptAnswer, type Talk } from './conversation.ts';
import type { TurnPicture } from './layout-turn.ts';
import { turnAsPng } from './paint-turn.ts';
import { samplerWords } from './SamplerButton.tsx';

function metaWords(answer: KeptAnswer, dense: KeptAnswer | undefined): string {
  const parts = answer.tokenCount === undefined ? [] : [`${formatCount(answer.tokenCount)} tokens`];
  if (dense === undefined || dense === answer) return parts.join(' \u00b7 ');
  if (dense.text.trim() === answer.text.trim()) return [...parts, 'same as dense'].join(' \u00b7 ');
  const first =
    dense.tokens === undefined || answer.tokens === undefined
      ? undefined
      : firstDifference(dense.tokens, answer.tokens);
  return [...parts, ...(first === undefined ? [] : [`first difference at token ${first}`])].join(' \u00b7 ');
}

/** Undefined while no version has answered. */
export function pictureOfTurn(
  talk: Talk,
  turnIndex: number,
  looks: readonly BenchVersion[],
  marksWords: boolean,
): TurnPicture | undefined {
  const turn = talk.turns[turnIndex];
  const answered = looks
    .filter(({ node }) => turn?.answers[node.id] !== undefined)
    .toSorted((a, b) => Number(a.slot !== 0) - Number(b.slot !== 0));
  if (turn === undefined || answered.length === 0) return undefined;
  const denseLook = answered.find(({ slot }) => slot === 0);
  const dense = denseLook === undefined ? undefined : turn.answers[denseLook.node.id];
  return {
    prompt: turn.prompt,
    attachedNames: turn.attachments.map(({ name }) => name),
    answers: answered.map(({ node, label, slot, fill }) => {
      const answer = turn.answers[node.id]!;
      return { label, slot, fill, size: sizeWords(node), text: answer.text, meta: metaWords(answer, dense) };
    }),
    marksWords: marksWords && dense !== undefined,
    caption: `${samplerWords(talk.sampler)}. ${dense === undefined || answered.length < 2 ? '' : 'Dotted: words of dense that the version beside it does not have; solid: words that dense does not have. '}Whittle`,
  };
}

export function saveTurn(picture: TurnPicture, title: string, turnIndex: number): void {
  const stem = (title.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '-').trim() || 'conversation').slice(0, 60);
  void saveFile(turnAsPng(picture, `${stem}, turn ${turnIndex + 1}.png`));
}
