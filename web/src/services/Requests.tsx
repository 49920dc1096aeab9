import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Metrics, type Minute, useMetrics } from '../api/services'
import { Sparkline } from '../charts/Sparkline'
import { Awaited } from '../datasets/Awaited'
import { formatDuration, formatNumber, formatTime, Panel, Segments } from '../ui'
import { stepped, totals } from './metrics'
import styles from './Overview.module.css'

const SPANS = { hour: 60, day: 1440 } as const
type Span = keyof typeof SPANS
const POINTS = 96

/** How often an endpoint is called, how often that fails, how long it takes. */
export function Requests({ service, endpoint }: { service: string; endpoint: string }) {
  const { t } = useLingui()
  const [span, setSpan] = useState<Span>('hour')
  const asked = useMetrics(service, endpoint, SPANS[span])
  const choice = (
    <Segments
      label={t`Time`}
      value={span}
      onChange={setSpan}
      options={[{ id: 'hour', label: t`Hour` }, { id: 'day', label: t`Day` }]}
    />
  )
  return (
    <Panel isFramed isPadded title={<Trans>Requests</Trans>} actions={choice}>
      <Awaited asked={asked}>{(metrics) => <Plots metrics={metrics} />}</Awaited>
    </Panel>
  )
}

function Plots({ metrics: { start, minutes } }: { metrics: Metrics }) {
  const { t } = useLingui()
  const steps = stepped(minutes, Math.max(1, Math.ceil(minutes.length / POINTS)))
  const { calls, errors, mean, longest } = totals(minutes)
  const meanText = formatDuration((mean ?? 0) / 1000)
  const longestText = formatDuration((longest ?? 0) / 1000)
  const times = mean === null ? '–' : t`${meanText} in the mean, at most ${longestText}`
  return (
    <div className={styles.plots}>
      <Plot title={t`Calls`} told={formatNumber(calls)} steps={steps} value={(each) => each.calls} />
      <Plot title={t`Failed`} told={formatNumber(errors)} steps={steps} value={(each) => each.errors} tone="danger" />
      <Plot title={t`Time of a call`} told={times} steps={steps} value={(each) => each.mean_ms ?? 0} />
      <div className={styles.ends}>
        <span>{formatTime(start)}</span>
        <span>
          <Trans>now</Trans>
        </span>
      </div>
      <p className={styles.type}>
        <Trans>Counted since this server was started.</Trans>
      </p>
    </div>
  )
}

interface PlotProps {
  title: string
  told: string
  steps: readonly Minute[]
  value: (step: Minute) => number
  tone?: 'accent' | 'danger'
}

function Plot({ title, told, steps, value, tone = 'accent' }: PlotProps) {
  return (
    <div className={styles.plot}>
      <header>
        <span className={styles.label}>{title}</span>
        <span className={styles.number}>{told}</span>
      </header>
      <Sparkline label={`${title}: ${told}`} values={steps.map(value)} height={40} tone={tone} />
    </div>
  )
}
