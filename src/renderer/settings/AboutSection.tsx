// Versions, diagnostics without private data, licences.
import { Button, Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { call } from '../api/client.ts';
import { licencesQuery, machineQuery } from '../api/queries.ts';
import { BrandMark } from '../ui/Brand.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';

function LicencesDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { data: licences = [], error } = useQuery(licencesQuery);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Modal opened onClose={onClose} title="Licences" size={760}>
      {error === null ? null : <ErrorNote error={error} />}
      <ul className="licences">
        {licences.map(({ name, version, licence, text }) => (
          <li key={`${name} ${version}`}>
            <button
              type="button"
              className="plain-button row"
              disabled={text === null}
              aria-expanded={open === name}
              onClick={() => setOpen(open === name ? null : name)}
            >
              <span className="grow ellipsis" title={name}>
                {name} <span className="faint">{version}</span>
              </span>
              <span className="muted">{licence}</span>
            </button>
            {open === name && text !== null ? <pre className="log-text selectable">{text}</pre> : null}
          </li>
        ))}
      </ul>
    </Modal>
  );
}

function DiagnosticsDialog({ text, onClose }: { readonly text: string; readonly onClose: () => void }): ReactElement {
  return (
    <Modal opened onClose={onClose} title="Diagnostics" size={680}>
      <p className="sm muted">Versions, device, settings and the last errors. No paths, names or texts of yours.</p>
      <pre className="log-text selectable">{text}</pre>
      <CopyButton text={text} label="Copy diagnostics" variant="filled" />
    </Modal>
  );
}

export function AboutSection({ version }: { readonly version: string }): ReactElement {
  const { data: machine } = useQuery(machineQuery);
  const [hasLicences, setLicences] = useState(false);
  const diagnostics = useMutation({ mutationFn: () => call('getDiagnostics', {}) });
  return (
    <section aria-label="About">
      <h2>About</h2>
      <div className="row about">
        <BrandMark size={34} />
        <div className="column grow" style={{ gap: 0 }}>
          <span className="strong">Whittle {version}</span>
          <span className="xs muted">
            Compress local language models and measure what they lost. Engine {machine?.engineVersion ?? ''}, llama.cpp{' '}
            {machine?.llamaCppVersion ?? ''}.
          </span>
        </div>
        <Button loading={diagnostics.isPending} onClick={() => diagnostics.mutate()}>
          Diagnostics…
        </Button>
        <Button onClick={() => setLicences(true)}>Licences…</Button>
      </div>
      {diagnostics.error === null ? null : <ErrorNote error={diagnostics.error} />}
      {hasLicences ? <LicencesDialog onClose={() => setLicences(false)} /> : null}
      {diagnostics.data === undefined ? null : (
        <DiagnosticsDialog text={diagnostics.data.text} onClose={diagnostics.reset} />
      )}
    </section>
  );
}
