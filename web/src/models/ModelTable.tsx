import { Trans, useLingui } from '@lingui/react/macro'

import type { Kept } from '../api/models'
import styles from '../datasets/data.module.css'
import type { SortColumn, Sorting } from '../datasets/sorting'
import { Badge, Cell, Column, formatBytes, Row, Table, TableBody, TableHeader, Time } from '../ui'
import { keyOf } from './keys'

interface Props {
  learned: readonly Kept[]
  sorting: Sorting
  onSort: (sorting: Sorting) => void
  chosen: string | null
  onChoose: (key: string | null) => void
}

export function ModelTable({ learned, sorting, onSort, chosen, onChoose }: Props) {
  const { t } = useLingui()
  return (
    <Table
      aria-label={t`Models`}
      selectionMode="single"
      selectionBehavior="replace"
      selectedKeys={chosen === null ? [] : [chosen]}
      onSelectionChange={(keys) => onChoose(keys === 'all' ? null : ([...keys][0]?.toString() ?? null))}
      sortDescriptor={sorting}
      onSortChange={({ column, direction }) => onSort({ column: column as SortColumn, direction })}
    >
      <TableHeader>
        <Column id="name" isRowHeader allowsSorting><Trans>Name</Trans></Column>
        <Column id="kind"><Trans>Kind</Trans></Column>
        <Column id="learner"><Trans>Learned by</Trans></Column>
        <Column id="version" isEnd allowsSorting><Trans>Version</Trans></Column>
        <Column id="size" isEnd allowsSorting><Trans>Size</Trans></Column>
        <Column id="created" allowsSorting><Trans>Saved</Trans></Column>
      </TableHeader>
      <TableBody items={learned.map((kept) => ({ kept, id: keyOf(kept) }))} empty={<Trans>No model has these words.</Trans>}>
        {({ id, kept: { kind, asset } }) => (
          <Row id={id} textValue={asset.name}>
            <Cell><span className={styles.name}>{asset.name}</span></Cell>
            <Cell>{kind === 'transform' ? <Badge><Trans>Transform</Trans></Badge> : <Badge tone="accent"><Trans>Trained model</Trans></Badge>}</Cell>
            <Cell>{learnerOf(asset.output.described)}</Cell>
            <Cell isEnd>{asset.version}</Cell>
            <Cell isEnd><span className={styles.numbers}>{formatBytes(asset.output.size)}</span></Cell>
            <Cell><span className={styles.numbers}><Time at={asset.created} /></span></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

/** What made it, as far as it tells. */
function learnerOf(described: Record<string, unknown> | null): string {
  const told = described?.learner ?? described?.transform ?? described?.task
  return typeof told === 'string' ? told : '–'
}
