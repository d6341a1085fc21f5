// Text of a model as Markdown: no HTML, no remote images, links only by a click and only https.
import type { ReactElement } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { call, transport } from '../api/client.ts';
import { showError } from '../ui/notices.tsx';
import { type MarkOptions, markWords } from './mark-words.ts';

function openLink(url: string): void {
  if (transport().kind === 'desktop') void call('openLink', { url }).catch(showError);
  else window.open(url, '_blank', 'noopener,noreferrer');
}

const COMPONENTS: Components = {
  img: ({ alt }) => <span className="faint">[picture: {alt ?? 'not loaded'}]</span>,
  a: ({ href, children }) =>
    href?.startsWith('https://') ? (
      <button type="button" className="plain-button source-link" title={href} onClick={() => openLink(href)}>
        {children}
      </button>
    ) : (
      <span>{children}</span>
    ),
};

const REMARK = [remarkGfm];

interface MarkdownProps {
  readonly text: string;
  readonly marks?: MarkOptions | undefined;
}

export function Markdown({ text, marks }: MarkdownProps): ReactElement {
  return (
    <div className="markdown">
      <ReactMarkdown
        remarkPlugins={REMARK}
        rehypePlugins={marks === undefined ? [] : [[markWords, marks]]}
        components={COMPONENTS}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
