import { Trans, useLingui } from '@lingui/react/macro'
import { ArrowDown, ArrowUp } from 'lucide-react'

import type { RunComparison } from '../api/runs'
import { Cell, Column, formatNumber, Row, Table, TableBody, TableHeader } from '../ui'
import styles from './compare.module.css'
import { difference, metricRows } from './metrics'

/** What Evaluate Model measured in both, with the difference. */
export function Metrics({ metrics }: { metrics: RunComparison['metrics'] }) {
  const { t } = useLingui()
  const rows = metricRows(metrics)
  return (
    <Table aria-label={t`Measures of both runs`}>
      <TableHeader>
        <Column id="name" isRowHeader><Trans>Measure</Trans></Column>
        <Column id="node"><Trans>Node</Trans></Column>
        <Column id="before" isEnd><Trans>From</Trans></Column>
        <Column id="after" isEnd><Trans>To</Trans></Column>
        <Column id="change" isEnd><Trans>Difference</Trans></Column>
      </TableHeader>
      <TableBody items={rows}>
        {(row) => (
          <Row id={row.id}>
            <Cell>{row.name}</Cell>
            <Cell>{row.isSecond ? <Trans>{row.node}, second dataset</Trans> : row.node}</Cell>
            <Cell isEnd><Value value={row.before} /></Cell>
            <Cell isEnd><Value value={row.after} /></Cell>
            <Cell isEnd><Difference before={row.before} after={row.after} /></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

function Value({ value }: { value: unknown }) {
  if (typeof value === 'number') return formatNumber(value, { maximumSignificantDigits: 5 })
  return typeof value === 'string' ? value : '–'
}

function Difference({ before, after }: { before: unknown; after: unknown }) {
  const found = difference(before, after)
  if (found === null) return null
  if (found === 0) return <span className={styles.quiet}>=</span>
  const Icon = found > 0 ? ArrowUp : ArrowDown
  return (
    <span className={styles.difference}>
      <Icon aria-hidden />
      {formatNumber(found, { maximumSignificantDigits: 3, signDisplay: 'always' })}
    </span>
  )
}
