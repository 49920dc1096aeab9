import { useLingui } from '@lingui/react/macro'
import { useId, useLayoutEffect, useState } from 'react'

import type { Column, Source } from '../api/outputs'
import { type ColumnInView, GridRow } from './GridRow'
import { HeadCell } from './HeadCell'
import styles from './grid.module.css'
import { toast } from '../ui/toasts'
import { copyRange } from './copy'
import type { Place } from './moves'
import type { Range } from './range'
import { useActiveCell } from './useActiveCell'
import { useCells, useProfiles } from './useRows'
import { useView } from './useView'
import { fullText } from './values'
import { GUTTER, useWidths } from './widths'
import { columnWindow, rowWindow, startsOf } from './window'

// The head: name, type, missing, histogram.
const HEAD = 82

interface Props {
  source: Source
  columns: readonly Column[]
  total: number
  label: string
  chosen: number | null
  onChoose: (column: number | null) => void
  /** The cell that the keyboard is at, with its value, for a line below the table. */
  onActive: (place: Place | null, value: string) => void
  onError: (error: Error | null, retry: () => void) => void
}

/** A table of any size: only what is in view is drawn and fetched. Arrow keys move through it. */
export function Grid({ source, columns, total, label, chosen, onChoose, onActive, onError }: Props) {
  const { t } = useLingui()
  const id = useId()
  const { ref, view, onScroll, scroll } = useView()
  const [hasFocus, setFocus] = useState(false)
  const [widths, setWidth] = useWidths(columns)

  const starts = startsOf(widths)
  const room = { width: Math.max(0, view.width - GUTTER), height: Math.max(0, view.height - HEAD) }
  const rows = rowWindow(total, view.top, room.height)
  const across = columnWindow(starts, view.left, room.width)
  const cells = useCells(source, rows, across)
  const profileOf = useProfiles(source, across)

  const onCopy = (range: Range | null) =>
    void (range ? copyRange(source, range) : navigator.clipboard.writeText(told)).catch(toast.error)
  const cursor = { scroll, total, columns: columns.length, starts, widths, room, chosen, onChoose, onWidth: setWidth, onCopy }
  const { active, range, setActive, goTo, onKeyDown } = useActiveCell(cursor)
  const value = active.row < 0 ? (columns[active.column]?.name ?? '') : cells.cell(active.row, active.column)
  const told = value === undefined ? '' : fullText(value)
  useLayoutEffect(() => onActive(hasFocus ? active : null, told), [hasFocus, active, told]) // eslint-disable-line react-hooks/exhaustive-deps -- only what is told
  useLayoutEffect(() => onError(cells.error, cells.retry), [cells.error]) // eslint-disable-line react-hooks/exhaustive-deps -- the retry is of this error

  const cellId = (row: number, column: number) => `${id}-${row}-${column}`
  const activeId = isInView(active, rows, across) ? cellId(active.row, active.column) : undefined
  const inView = columns.slice(across.first, across.end).map((column, place): ColumnInView => {
    const at = across.first + place
    return { column, at, left: GUTTER + (starts[at] ?? 0), width: widths[at] ?? 0 }
  })
  return (
    <div
      ref={ref}
      className={styles.grid}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-multiselectable
      aria-activedescendant={activeId}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onFocus={() => setFocus(true)}
      onBlur={() => setFocus(false)}
    >
      <div
        role="presentation"
        className={styles.whole}
        style={{ width: GUTTER + (starts.at(-1) ?? 0), height: HEAD + rows.height }}
      >
        <div role="row" aria-rowindex={1} className={styles.head} style={{ height: HEAD }}>
          <span role="presentation" className={styles.corner} style={{ width: GUTTER }} title={t`Row`} />
          {inView.map((each) => (
            <HeadCell
              key={each.at}
              {...each}
              id={cellId(-1, each.at)}
              profile={profileOf(each.at)}
              rows={total}
              isChosen={chosen === each.at}
              isActive={hasFocus && active.row === -1 && active.column === each.at}
              onChoose={() => {
                setActive({ row: -1, column: each.at })
                onChoose(each.at)
              }}
              onWidth={(wanted) => setWidth(each.at, wanted)}
            />
          ))}
        </div>
        <div role="rowgroup" className={styles.rows} style={{ top: HEAD + rows.top }}>
          {Array.from({ length: rows.end - rows.first }, (_, place) => rows.first + place).map((row) => (
            <GridRow
              key={row}
              row={row}
              columns={inView}
              cell={cells.cell}
              cellId={cellId}
              active={hasFocus && active.row === row ? active.column : null}
              chosen={chosen}
              range={range}
              onPoint={(column, isExtending) => goTo({ row, column }, isExtending)}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

interface Span {
  first: number
  end: number
}

function isInView({ row, column }: Place, rows: Span, columns: Span): boolean {
  const isRow = row < 0 || (row >= rows.first && row < rows.end)
  return isRow && column >= columns.first && column < columns.end
}
