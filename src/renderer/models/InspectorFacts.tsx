// Numbers of one version, each with what it is measured by.
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Fragment, type ReactElement } from 'react';
import { formatBitsPerWeight, shortHash } from '../../shared/score-words.ts';
import type { ModelDetails, ModelNode } from '../../shared/session/model-calls.ts';
import { formatCount, formatPercent } from '../../shared/units.ts';
import { call } from '../api/client.ts';
import { showError, showNotice } from '../ui/notices.tsx';
import { fitsWords, formatFileSize, formatMemory, parameterWords, plural } from './model-words.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly title?: string;
}

function factsOf(node: ModelNode, details: ModelDetails | undefined): Fact[] {
  const { summary, memory } = node;
  const facts: Fact[] = [];
  const bits = summary === null ? '' : `, ${formatBitsPerWeight(summary.bitsPerWeight)} bpw`;
  facts.push({
    name: 'Size',
    value: `${formatFileSize(node.sizeBytes)}${bits}`,
    title: `${formatCount(node.sizeBytes)} bytes`,
  });
  if (summary !== null) {
    facts.push({
      name: 'Weights',
      value: parameterWords(summary.parameterCount),
      title: formatCount(summary.parameterCount),
    });
    const shape = `${plural(summary.layerCount, 'layer')} of ${formatCount(summary.hiddenSize)}`;
    facts.push({ name: 'Shape', value: `${summary.architecture}, ${shape}` });
    facts.push({ name: 'Context', value: `${formatCount(summary.contextLength)} tokens` });
  }
  if (node.sparsityRatio !== null) {
    facts.push({
      name: 'Sparsity',
      value: `${formatPercent(node.sparsityRatio)}, measured`,
      title: 'Share of the weights of all layers that are zero, counted in the file',
    });
  }
  if (memory !== null) {
    const total = `${formatMemory(memory.totalBytes)} at ${formatCount(memory.contextSize)} tokens`;
    const parts = `weights ${formatMemory(memory.weightsBytes)}, context ${formatMemory(memory.contextBytes)}, work ${formatMemory(memory.workBytes)}`;
    facts.push({ name: 'Memory', value: total, title: parts });
    facts.push({ name: 'Fits', value: fitsWords(memory) });
  }
  facts.push({
    name: 'KICK',
    value: node.scores.length === 0 ? 'not run' : `${plural(node.scores.length, 'task')} run`,
  });
  if (node.sha256 !== null) facts.push({ name: 'sha256', value: shortHash(node.sha256), title: node.sha256 });
  if (details?.chatTemplate === null) facts.push({ name: 'Template', value: 'none: a base model' });
  return facts;
}

interface InspectorFactsProps {
  readonly node: ModelNode;
  readonly details: ModelDetails | undefined;
}

export function InspectorFacts({ node, details }: InspectorFactsProps): ReactElement {
  const measure = useMutation({
    mutationFn: () => call('startJob', { kind: 'measure-sparsity', input: { model: node.id } }),
    onSuccess: () => showNotice('The zeros of every layer are counted.', 'Measuring sparsity'),
    onError: showError,
  });
  return (
    <section>
      <dl className="key-values">
        {factsOf(node, details).map(({ name, value, title }) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd title={title ?? value} className="selectable">
              {value}
            </dd>
          </Fragment>
        ))}
      </dl>
      {node.sparsityRatio === null && node.state === 'ready' ? (
        <Button size="compact-xs" mt={6} loading={measure.isPending} onClick={() => measure.mutate()}>
          Measure sparsity
        </Button>
      ) : null}
    </section>
  );
}
