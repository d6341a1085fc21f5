// The keys of the present screen.
import { Modal } from '@mantine/core';
import { Fragment, type ReactElement } from 'react';
import { keyWords } from './KeyCap.tsx';
import { globalKeys, type KeyHint, screenKeys } from './keys.ts';
import { NAV_SECTIONS } from './NavBar.tsx';
import type { Section } from './use-place.ts';

export function KeyList({ hints }: { readonly hints: readonly KeyHint[] }): ReactElement {
  return (
    <dl className="key-values key-list">
      {hints.map(({ keys, does }) => (
        <Fragment key={`${keys} ${does}`}>
          <dt>
            <span className="key-cap">{keyWords(keys)}</span>
          </dt>
          <dd title={does}>{does}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

export function KeysDialog({
  section,
  onClose,
}: {
  readonly section: Section;
  readonly onClose: () => void;
}): ReactElement {
  const own = screenKeys(section);
  const title = NAV_SECTIONS.find(({ id }) => id === section)?.title ?? 'this screen';
  return (
    <Modal opened onClose={onClose} title={`Keys of ${title}`} size={460}>
      <div className="column">
        {own.length === 0 ? null : <KeyList hints={own} />}
        <h3>Everywhere</h3>
        <KeyList hints={globalKeys()} />
      </div>
    </Modal>
  );
}
