import { useLingui } from '@lingui/react/macro'
import { Suspense, useRef, useState } from 'react'

import { type Source, useTable } from '../api/outputs'
import { count } from '../charts/format'
import { Button } from '../ui/Button'
import { Loading } from '../ui/Spinner'
import { Grid } from './Grid'
import { ErrorState } from '../ui/EmptyState'
import type { Place } from './moves'
import styles from './preview.module.css'
import { late } from '../app/late'

const ColumnPane = late(() => import('./ColumnPane'))

interface Props {
  /** A path below which rows and statistics can be asked: of an output, or of a dataset. */
  source: Source
  /** What the table is, for screen readers. */
  label?: string
}

/** Rows of a table however long and wide, and the statistics of the column that is chosen. Fills its place. */
export function TablePreview({ source, label }: Props) {
  const { t } = useLingui()
  const { data: table, error, refetch } = useTable(source)
  if (error && !table) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!table) return <Loading />
  // A new result with the same columns is looked at as the one before was.
  const shape = JSON.stringify(table.columns)
  return <Table key={shape} source={source} label={label ?? t`Rows`} columns={table.columns} total={table.total} />
}

interface TableProps extends Required<Props> {
  columns: NonNullable<ReturnType<typeof useTable>['data']>['columns']
  total: number
}

function Table({ source, label, columns, total }: TableProps) {
  const [chosen, setChosen] = useState<number | null>(null)
  const [active, setActive] = useState<{ place: Place; value: string } | null>(null)
  const [failure, setFailure] = useState<{ error: Error; retry: () => void } | null>(null)
  const column = chosen === null ? undefined : columns[chosen]
  const place = useRef<HTMLDivElement>(null)
  const close = () => {
    setChosen(null)
    place.current?.querySelector<HTMLElement>('[role=grid]')?.focus()
  }
  return (
    <div ref={place} className={styles.table}>
      <div className={styles.rows}>
        <Grid
          source={source}
          columns={columns}
          total={total}
          label={label}
          chosen={chosen}
          onChoose={setChosen}
          onActive={(place, value) => setActive(place && { place, value })}
          onError={(error, retry) => setFailure(error && { error, retry })}
        />
        <Foot columns={columns} total={total} active={active} failure={failure} />
      </div>
      {chosen !== null && column && (
        <Suspense fallback={<aside className={styles.column} />}>
          <ColumnPane key={chosen} source={source} columns={columns} index={chosen} rows={total} onClose={close} />
        </Suspense>
      )}
    </div>
  )
}

interface FootProps {
  columns: TableProps['columns']
  total: number
  active: { place: Place; value: string } | null
  failure: { error: Error; retry: () => void } | null
}

/** How large the table is, and the active cell in full. */
function Foot({ columns, total, active, failure }: FootProps) {
  const { t } = useLingui()
  const [rowCount, columnCount] = [count(total), count(columns.length)]
  const row = active ? count(active.place.row + 1) : ''
  const name = active ? (columns[active.place.column]?.name ?? '') : ''
  return (
    <div className={styles.foot}>
      <span className={styles.size}>{t`${rowCount} rows × ${columnCount} columns`}</span>
      {failure ? (
        <span role="alert" className={styles.failure}>
          {failure.error.message}
          <Button size="small" onPress={failure.retry}>{t`Try again`}</Button>
        </span>
      ) : (
        active && (
          <span className={styles.value} title={active.value}>
            <b>{active.place.row < 0 ? t`Column` : t`Row ${row}, ${name}`}</b> {active.value}
          </span>
        )
      )}
    </div>
  )
}
