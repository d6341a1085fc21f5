// Everything that is known of one file: tensors, metadata, chat template.
import { Button, Modal, SegmentedControl, Tabs } from '@mantine/core';
import { Download } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { ModelDetails } from '../../shared/session/model-calls.ts';
import { call } from '../api/client.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { saveFile } from '../ui/save-file.ts';
import { type HeatMeasure, HeatStrip } from './HeatStrip.tsx';
import { TensorTable } from './TensorTable.tsx';

export type DetailsTab = 'tensors' | 'metadata' | 'template';

const MEASURES: readonly { readonly value: HeatMeasure; readonly label: string }[] = [
  { value: 'bits', label: 'Bits' },
  { value: 'sparsity', label: 'Zeros' },
  { value: 'size', label: 'Size' },
];

function TensorsPanel({ details }: { readonly details: ModelDetails }): ReactElement {
  const [measure, setMeasure] = useState<HeatMeasure>('bits');
  const { node, tensors } = details;
  return (
    <div className="column" style={{ gap: 12 }}>
      <div className="row">
        <h3 className="grow">Layers</h3>
        <SegmentedControl
          aria-label="Shade by"
          value={measure}
          onChange={(value) => setMeasure(value as HeatMeasure)}
          data={[...MEASURES]}
        />
        <Button
          leftSection={<Download className="icon-small" aria-hidden="true" />}
          onClick={() => void saveFile(call('exportTensorTable', { model: node.id }))}
        >
          Export as CSV
        </Button>
      </div>
      <HeatStrip tensors={tensors} layerCount={node.summary?.layerCount ?? 0} measure={measure} cellHeight={13} />
      <TensorTable tensors={tensors} />
    </div>
  );
}

function MetadataPanel({ details }: { readonly details: ModelDetails }): ReactElement {
  return (
    <div className="scroll" style={{ height: '62vh' }}>
      <table className="table">
        <thead>
          <tr>
            <th>Key</th>
            <th>Type</th>
            <th>Value</th>
          </tr>
        </thead>
        <tbody>
          {details.metadata.map(({ key, type, preview, fullLength }) => (
            <tr key={key}>
              <td className="mono selectable">{key}</td>
              <td className="faint">{type}</td>
              <td className="mono selectable" style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
                {preview}
                {fullLength > [...preview].length ? (
                  <span className="faint"> ({fullLength.toLocaleString('en-US')})</span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface DetailsDialogProps {
  readonly details: ModelDetails;
  readonly tab: DetailsTab;
  readonly onClose: () => void;
}

export function DetailsDialog({ details, tab, onClose }: DetailsDialogProps): ReactElement {
  const template = details.chatTemplate;
  return (
    <Modal opened onClose={onClose} title={details.node.name} size={980}>
      <Tabs defaultValue={tab} keepMounted={false}>
        <Tabs.List mb={12}>
          <Tabs.Tab value="tensors">Tensors</Tabs.Tab>
          <Tabs.Tab value="metadata">Metadata</Tabs.Tab>
          <Tabs.Tab value="template">Chat template</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tensors">
          <TensorsPanel details={details} />
        </Tabs.Panel>
        <Tabs.Panel value="metadata">
          <MetadataPanel details={details} />
        </Tabs.Panel>
        <Tabs.Panel value="template">
          {template === null ? (
            <p className="muted">No chat template: a base model. Chat continues your text as it is.</p>
          ) : (
            <>
              <pre className="log-text selectable">{template}</pre>
              <CopyButton text={template} label="Copy template" />
            </>
          )}
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}
