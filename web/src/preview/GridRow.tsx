import type { Cell, Column } from '../api/outputs'
import styles from './grid.module.css'
import { type Range, holds } from './range'
import { cellText, isRight } from './values'
import { GUTTER } from './widths'
import { ROW } from './window'

export interface ColumnInView {
  column: Column
  at: number
  left: number
  width: number
}

interface Props {
  row: number
  columns: readonly ColumnInView[]
  cell: (row: number, column: number) => Cell | undefined
  cellId: (row: number, column: number) => string
  active: number | null
  chosen: number | null
  range: Range | null
  onPoint: (column: number, isExtending: boolean) => void
}

export function GridRow({ row, columns, cell, cellId, active, chosen, range, onPoint }: Props) {
  return (
    <div role="row" aria-rowindex={row + 2} className={styles.row} data-odd={row % 2 === 1} style={{ height: ROW }}>
      <span className={styles.number} style={{ width: GUTTER }} aria-hidden="true">
        {row + 1}
      </span>
      {columns.map(({ column, at, left, width }) => {
        const value = cell(row, at)
        return (
          // Keys are handled by the grid, which has the focus for all of its cells.
          <div
            key={at}
            id={cellId(row, at)}
            role="gridcell"
            aria-colindex={at + 1}
            aria-selected={active === at || holds(range, row, at)}
            className={styles.cell}
            data-right={isRight(column.type)}
            data-state={value === undefined ? 'loading' : value === null ? 'missing' : undefined}
            data-active={active === at}
            data-chosen={chosen === at}
            data-selected={holds(range, row, at)}
            style={{ left, width }}
            onPointerDown={(event) => event.button === 0 && onPoint(at, event.shiftKey)}
            onPointerEnter={(event) => event.buttons === 1 && onPoint(at, true)}
          >
            {value === undefined ? '' : cellText(value)}
          </div>
        )
      })}
    </div>
  )
}
