import { Trans, useLingui } from '@lingui/react/macro'

import type { RunComparison } from '../api/runs'
import { Badge, Cell, Column, formatDuration, Row, Status, statusOf, Table, TableBody, TableHeader } from '../ui'
import styles from './compare.module.css'

type Pair = RunComparison['nodes'][number]

/** What became of each node in both, and whether it gave the same. */
export function NodePairs({ nodes }: { nodes: readonly Pair[] }) {
  const { t } = useLingui()
  return (
    <Table aria-label={t`Nodes of both runs`}>
      <TableHeader>
        <Column id="node" isRowHeader><Trans>Node</Trans></Column>
        <Column id="before"><Trans>From</Trans></Column>
        <Column id="after"><Trans>To</Trans></Column>
        <Column id="same"><Trans>Results</Trans></Column>
      </TableHeader>
      <TableBody items={nodes}>
        {(pair) => (
          <Row id={pair.node}>
            <Cell>{pair.node}</Cell>
            <Cell><Ended ended={pair.before} /></Cell>
            <Cell><Ended ended={pair.after} /></Cell>
            <Cell><Same pair={pair} /></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

function Ended({ ended }: { ended: Pair['before'] }) {
  if (!ended) return <span className={styles.quiet}><Trans>Not part of it</Trans></span>
  return (
    <span className={styles.ended}>
      <Status status={ended.cached ? 'cached' : statusOf(ended.status)} />
      {ended.seconds > 0 && <span className={styles.quiet}>{formatDuration(ended.seconds)}</span>}
    </span>
  )
}

function Same({ pair: { before, after, same } }: { pair: Pair }) {
  if (!before || !after) return null
  if (before.status !== 'Finished' || after.status !== 'Finished') return <span className={styles.quiet}><Trans>Nothing to compare</Trans></span>
  return same ? <span className={styles.quiet}><Trans>The same</Trans></span> : <Badge tone="warn"><Trans>Different</Trans></Badge>
}
