import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { useState } from 'react'

import { type Column, type ColumnProfile, type Source, useColumn } from '../api/outputs'
import { count, measure, percent } from '../charts/format'
import { IconButton } from '../ui/Button'
import { Loading } from '../ui/Spinner'
import { CompareTo } from './CompareTo'
import { Distribution, type Drawn } from './Distribution'
import { ErrorState } from '../ui/EmptyState'
import styles from './preview.module.css'
import { isComparable, roleText, statisticText } from './values'

interface Props {
  source: Source
  columns: readonly Column[]
  index: number
  rows: number
  onClose: () => void
}

const BINS = 20

/** Everything about one column: its statistics, how its values lie, and how they go with another's. */
export default function ColumnPane({ source, columns, index, rows, onClose }: Props) {
  const { t } = useLingui()
  const [drawn, setDrawn] = useState<Drawn>({ bins: BINS, isLog: false })
  const column = columns[index]
  const name = column?.name ?? ''
  const { data: profile, error, refetch } = useColumn(source, name, drawn.bins, drawn.isLog)
  if (!column) return null
  return (
    <aside className={styles.column} aria-label={t`Column ${name}`}>
      <header className={styles.columnHead}>
        <h3 title={column.name}>{column.name}</h3>
        <IconButton label={t`Close the statistics`} icon={<X />} size="small" onPress={onClose} />
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : profile ? (
        <>
          <Statistics profile={profile} role={column.role} rows={rows} />
          <Distribution profile={profile} drawn={drawn} onDrawn={setDrawn} />
          {isComparable(column.type) && columns.length > 1 && <CompareTo source={source} columns={columns} index={index} />}
        </>
      ) : (
        <Loading />
      )}
    </aside>
  )
}

function Statistics({ profile, role, rows }: { profile: ColumnProfile; role: string; rows: number }) {
  const { t } = useLingui()
  const text = (value: ColumnProfile['min']) => statisticText(value, profile.type)
  const spread = profile.std === null ? '–' : statisticText(profile.std, profile.type === 'DateTime' ? 'TimeSpan' : profile.type)
  const share = profile.missing ? ` (${percent(profile.missing / Math.max(rows, 1), 2)})` : ''
  const hasRange = profile.min !== null
  const facts: [string, string][] = [
    [t`Type`, profile.type],
    [t`Role`, roleText(role)],
    [t`Different values`, count(profile.distinct)],
    [t`Missing values`, `${count(profile.missing)}${share}`],
    ...(profile.infinite ? [[t`Infinite values`, count(profile.infinite)] as [string, string]] : []),
  ]
  if (hasRange) {
    const unit = profile.type.endsWith('Bytes')
      ? (value: ColumnProfile['min']) => (typeof value === 'number' ? measure(value) : '–')
      : text
    facts.push(
      [t`Mean`, unit(profile.mean)],
      [t`Median`, unit(profile.median)],
      [t`Least`, unit(profile.min)],
      [t`Greatest`, unit(profile.max)],
    )
    facts.push([t`Standard deviation`, spread])
  }
  return (
    <section>
      <h4>{t`Statistics`}</h4>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
