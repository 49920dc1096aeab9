/** A list with columns, sorted by a press on their heads, walked with the arrow keys. Rows of data are the preview's. */
import { Trans } from '@lingui/react/macro'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Cell as AriaCell,
  Column as AriaColumn,
  type ColumnProps as AriaColumnProps,
  Row as AriaRow,
  type RowProps as AriaRowProps,
  Table as AriaTable,
  TableBody as AriaTableBody,
  type TableBodyProps,
  TableHeader as AriaTableHeader,
  type TableProps as AriaTableProps,
} from 'react-aria-components'

import { classes } from './classes'
import styles from './Table.module.css'

export { type SortDescriptor } from 'react-aria-components'

/** Needs `aria-label`; with `sortDescriptor` and `onSortChange` the page sorts. */
export function Table({ className, ...rest }: Omit<AriaTableProps, 'className'> & { className?: string }) {
  return (
    <div className={classes(styles.frame, className)}>
      <AriaTable {...rest} className={styles.table ?? ''} />
    </div>
  )
}

export const TableHeader = AriaTableHeader

export function Column({ children, isEnd, ...rest }: Omit<AriaColumnProps, 'children' | 'className'> & { children: ReactNode; isEnd?: boolean }) {
  return (
    <AriaColumn {...rest} className={classes(styles.column, isEnd && styles.end)}>
      {({ sortDirection }) => (
        <span className={styles.head}>
          {children}
          {sortDirection === 'ascending' && <ArrowUp aria-hidden />}
          {sortDirection === 'descending' && <ArrowDown aria-hidden />}
        </span>
      )}
    </AriaColumn>
  )
}

export function TableBody<T extends object>({ empty, ...rest }: TableBodyProps<T> & { empty?: ReactNode }) {
  return (
    <AriaTableBody
      {...rest}
      renderEmptyState={() => <div className={styles.empty}>{empty ?? <Trans>Nothing here.</Trans>}</div>}
    />
  )
}

export const Row = <T extends object>(props: Omit<AriaRowProps<T>, 'className'>) => (
  <AriaRow {...props} className={styles.row ?? ''} />
)

export function Cell({ children, isEnd }: { children: ReactNode; isEnd?: boolean }) {
  return <AriaCell className={classes(styles.cell, isEnd && styles.end)}>{children}</AriaCell>
}
