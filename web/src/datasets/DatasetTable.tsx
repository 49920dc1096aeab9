import { Trans, useLingui } from '@lingui/react/macro'
import { Download, Ellipsis, Eye, Trash2 } from 'lucide-react'
import { useLocation } from 'wouter'

import type { Dataset } from '../api/datasets'
import { links } from '../app/links'
import { Cell, Column, formatBytes, formatNumber, IconButton, MenuButton, MenuItem, MenuSeparator, Row, Submenu, Table, TableBody, TableHeader, Time } from '../ui'
import { NameLink } from './Crumb'
import styles from './data.module.css'
import { download, FormatItems, isTable } from './DownloadMenu'
import type { SortColumn, Sorting } from './sorting'

interface Props {
  datasets: readonly Dataset[]
  sorting: Sorting
  onSort: (sorting: Sorting) => void
  onRemove: (dataset: Dataset) => void
}

export function DatasetTable({ datasets, sorting, onSort, onRemove }: Props) {
  const { t } = useLingui()
  return (
    <Table
      aria-label={t`Datasets`}
      sortDescriptor={sorting}
      onSortChange={({ column, direction }) => onSort({ column: column as SortColumn, direction })}
    >
      <TableHeader>
        <Column id="name" isRowHeader allowsSorting><Trans>Name</Trans></Column>
        <Column id="rows" isEnd allowsSorting><Trans>Rows</Trans></Column>
        <Column id="columns" isEnd><Trans>Columns</Trans></Column>
        <Column id="size" isEnd allowsSorting><Trans>Size</Trans></Column>
        <Column id="version" isEnd allowsSorting><Trans>Version</Trans></Column>
        <Column id="created" allowsSorting><Trans>Saved</Trans></Column>
        <Column id="menu"><span className="hidden-visually"><Trans>Actions</Trans></span></Column>
      </TableHeader>
      <TableBody items={datasets} empty={<Trans>No dataset has these words.</Trans>}>
        {(dataset) => (
          <Row id={dataset.id} textValue={dataset.name}>
            <Cell>
              <NameLink href={links.dataset(dataset.name)}>{dataset.name}</NameLink>
              <span className={styles.below}>{dataset.description || dataset.source}</span>
            </Cell>
            <Cell isEnd>{dataset.output.rows === null ? '–' : formatNumber(dataset.output.rows)}</Cell>
            <Cell isEnd>{dataset.output.columns === null ? '–' : formatNumber(dataset.output.columns.length)}</Cell>
            <Cell isEnd><span className={styles.numbers}>{formatBytes(dataset.output.size)}</span></Cell>
            <Cell isEnd>{dataset.version}</Cell>
            <Cell><span className={styles.numbers}><Time at={dataset.created} /></span></Cell>
            <Cell isEnd><Actions dataset={dataset} onRemove={() => onRemove(dataset)} /></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

function Actions({ dataset, onRemove }: { dataset: Dataset; onRemove: () => void }) {
  const { t } = useLingui()
  const [, go] = useLocation()
  const { name } = dataset
  const trigger = <IconButton label={t`What can be done with ${name}`} icon={<Ellipsis />} size="small" />
  return (
    <MenuButton label={t`Actions of ${name}`} trigger={trigger}>
      <MenuItem label={t`Open`} icon={<Eye />} onAction={() => go(links.dataset(name))} />
      {isTable(dataset) ? (
        <Submenu label={t`Download as`} item={<MenuItem label={t`Download`} icon={<Download />} />}>
          <FormatItems kind="dataset" asset={dataset} />
        </Submenu>
      ) : (
        <MenuItem label={t`Download`} icon={<Download />} onAction={() => void download('dataset', dataset)} />
      )}
      <MenuSeparator />
      <MenuItem label={t`Remove…`} icon={<Trash2 />} isDanger onAction={onRemove} />
    </MenuButton>
  )
}
