// The six sections, the running job, and the settings.
import {
  type Activity,
  ChartSpline,
  Layers,
  ListChecks,
  ListOrdered,
  MessagesSquare,
  Settings2,
  SquareStack,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { JobCard } from '../jobs/JobCard.tsx';
import { KeyCap } from './KeyCap.tsx';
import { formatPlace, type Section } from './use-place.ts';

type SectionIcon = typeof Activity;

export const NAV_SECTIONS: readonly { readonly id: Section; readonly title: string; readonly icon: SectionIcon }[] = [
  { id: 'models', title: 'Models', icon: Layers },
  { id: 'compress', title: 'Compress', icon: SquareStack },
  { id: 'chat', title: 'Chat', icon: MessagesSquare },
  { id: 'kick', title: 'KICK', icon: ListChecks },
  { id: 'scores', title: 'Scores', icon: ChartSpline },
  { id: 'jobs', title: 'Jobs', icon: ListOrdered },
];

interface NavLinkProps {
  readonly id: Section;
  readonly title: string;
  readonly icon: SectionIcon;
  readonly keys: string;
  readonly isCurrent: boolean;
}

function NavLink({ id, title, icon: Icon, keys, isCurrent }: NavLinkProps): ReactElement {
  return (
    <a
      className="nav-link"
      href={formatPlace(id)}
      title={title}
      aria-label={title}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <Icon className="icon" aria-hidden="true" />
      <span className="grow">{title}</span>
      <KeyCap keys={keys} />
    </a>
  );
}

export function NavBar({ current }: { readonly current: Section }): ReactElement {
  return (
    <nav className="nav" aria-label="Sections">
      {NAV_SECTIONS.map(({ id, title, icon }, index) => (
        <NavLink key={id} id={id} title={title} icon={icon} keys={String(index + 1)} isCurrent={current === id} />
      ))}
      <div className="nav-gap" />
      <JobCard />
      <NavLink id="settings" title="Settings" icon={Settings2} keys="mod+," isCurrent={current === 'settings'} />
    </nav>
  );
}
