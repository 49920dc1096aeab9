import { Trans, useLingui } from '@lingui/react/macro'

import type { Column as TableColumn } from '../api/datasets'
import { Cell, Column, Row, Table, TableBody, TableHeader } from '../ui'

/** The columns of a table by name, type and role. */
export function ColumnTable({ columns }: { columns: readonly TableColumn[] }) {
  const { t } = useLingui()
  return (
    <Table aria-label={t`Columns`}>
      <TableHeader>
        <Column id="number" isEnd>#</Column>
        <Column id="name" isRowHeader><Trans>Name</Trans></Column>
        <Column id="type"><Trans>Type</Trans></Column>
        <Column id="role"><Trans>Role</Trans></Column>
      </TableHeader>
      <TableBody items={columns.map((column, at) => ({ ...column, id: at + 1 }))}>
        {({ id, name, type, role }) => (
          <Row id={id}>
            <Cell isEnd>{id}</Cell>
            <Cell>{name}</Cell>
            <Cell>{type}</Cell>
            <Cell>{role}</Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}
