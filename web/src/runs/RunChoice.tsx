import { useLingui } from '@lingui/react/macro'

import type { RunSummary } from '../api/runs'
import { formatAgo, formatTime, Select, Status, statusOf } from '../ui'

interface RunChoiceProps {
  label: string
  runs: readonly RunSummary[]
  value: string | null
  onChange: (run: string) => void
}

/** One of an experiment's runs; one that is older than all that are offered is offered, too. */
export function RunChoice({ label, runs, value, onChange }: RunChoiceProps) {
  const { t } = useLingui()
  const options = runs.map((run) => ({
    id: run.id,
    label: `${formatTime(run.started)} (${formatAgo(run.started)})`,
    icon: <Status status={run.ended === null ? 'running' : statusOf(run.status)} />,
    ...(run.targets.length ? { description: t`to ${run.targets.join(', ')}` } : {}),
  }))
  const isOffered = value === null || runs.some((run) => run.id === value)
  return <Select label={label} options={isOffered ? options : [...options, { id: value, label: value }]} value={value} onChange={onChange} />
}
