// Which scores a chart holds: base, methods, protocol, one sweep, the bench or all; and the rarer axes.
import { Button, MultiSelect, Popover, Select, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal } from 'lucide-react';
import type { ReactElement } from 'react';
import { SCORE_AXES } from '../../shared/session/score-calls.ts';
import { scoreFiltersQuery } from '../api/queries.ts';
import { useAddFiles } from '../models/use-add-files.ts';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { ANY_BASE, AXIS_WORDS, type ScoresPlace } from './chart-request.ts';

export function ChartFilters({ place }: { readonly place: ScoresPlace }): ReactElement {
  const { data: filters } = useQuery(scoreFiltersQuery);
  const pick = useFilePicker();
  const { addPaths } = useAddFiles();
  const { params, set, axis, hasFilters } = place;
  const importScores = async () => {
    const paths = await pick({ title: 'Import scores', kind: 'scores' });
    if (paths.length > 0) addPaths(paths);
  };
  const any = { value: '', label: 'All' };
  const bases = filters?.bases ?? [];
  return (
    <Popover width={340} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          variant={hasFilters ? 'default' : 'subtle'}
          aria-label="Chart settings"
          leftSection={<SlidersHorizontal className="icon-small" aria-hidden="true" />}
        >
          <span className="hide-narrow">{hasFilters ? 'Filtered' : 'Chart settings'}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="column" style={{ gap: 10 }}>
          <Select
            label="Axis"
            comboboxProps={{ withinPortal: false }}
            data={SCORE_AXES.map((id) => ({ value: id, label: AXIS_WORDS[id] }))}
            value={axis}
            onChange={(value) => set({ axis: value ?? undefined })}
          />
          <Switch
            label="Only versions on the bench"
            checked={params['bench'] !== undefined}
            onChange={(event) => set({ bench: event.currentTarget.checked ? '1' : undefined })}
          />
          <Select
            label="Base"
            comboboxProps={{ withinPortal: false }}
            data={[
              { value: ANY_BASE, label: 'Any' },
              ...bases.map(({ id, name, scoreCount }) => ({ value: id, label: `${name} (${scoreCount})` })),
            ]}
            value={place.base ?? ANY_BASE}
            onChange={(value) => set({ base: value ?? undefined })}
          />
          <MultiSelect
            size="xs"
            label="Methods"
            placeholder={params['methods'] === undefined ? 'All' : ''}
            comboboxProps={{ withinPortal: false }}
            data={(filters?.methods ?? []).map(({ id, label }) => ({ value: id, label }))}
            value={params['methods']?.split(',') ?? []}
            onChange={(values) => set({ methods: values.join(',') })}
          />
          <Select
            label="Protocol"
            comboboxProps={{ withinPortal: false }}
            data={[any, ...(filters?.protocols ?? [])]}
            value={params['protocol'] ?? ''}
            onChange={(value) => set({ protocol: value ?? undefined })}
          />
          <Select
            label="Sweep"
            comboboxProps={{ withinPortal: false }}
            data={[
              any,
              ...(filters?.sweeps ?? []).map(({ id, title, pointCount }) => ({
                value: id,
                label: `${title} (${pointCount} points)`,
              })),
            ]}
            value={params['sweep'] ?? ''}
            onChange={(value) => set({ sweep: value ?? undefined })}
          />
          <div className="row">
            <Button onClick={() => void importScores()}>Import scores…</Button>
            <span className="grow" />
            <Button
              variant="subtle"
              disabled={!hasFilters}
              onClick={() =>
                set({ base: undefined, methods: undefined, protocol: undefined, sweep: undefined, bench: undefined })
              }
            >
              Clear
            </Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
