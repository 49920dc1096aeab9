import { type KeyboardEvent, useState } from 'react'

import { type Place, moved } from './moves'
import { type Range, rangeOf } from './range'
import type { Position } from './useView'
import { clampWidth } from './widths'
import { ROW, scrollToRow } from './window'

interface Table {
  scroll: (lead: (from: Position) => Position) => void
  /** Rows and columns that there are. */
  total: number
  columns: number
  starts: readonly number[]
  widths: readonly number[]
  /** The room in which rows and columns are seen. */
  room: { width: number; height: number }
  chosen: number | null
  onChoose: (column: number | null) => void
  onWidth: (column: number, width: number) => void
  /** Copy the range, or the active cell where there is none. */
  onCopy: (range: Range | null) => void
}

interface ActiveCell {
  active: Place
  /** The block of cells that is selected, where it is more than one. */
  range: Range | null
  setActive: (place: Place) => void
  /** Make a cell the active one and bring it into view; extending, the range reaches to there. */
  goTo: (place: Place, isExtending: boolean) => void
  onKeyDown: (event: KeyboardEvent) => void
}

const STEP = 16

/** The cell that the keyboard is at, and what keys do there. While statistics are seen they follow its column. */
export function useActiveCell(table: Table): ActiveCell {
  const { scroll, total, columns, starts, widths, room, chosen, onChoose } = table
  const [active, setActive] = useState<Place>({ row: -1, column: 0 })
  const [anchor, setAnchor] = useState<Place | null>(null)
  const range = rangeOf(anchor, active)

  function goTo(place: Place, isExtending: boolean) {
    setAnchor(isExtending ? (anchor ?? active) : null)
    setActive(place)
    if (chosen !== null) onChoose(place.column)
    scroll(({ left, top }) => {
      const [start = 0, end = 0] = [starts[place.column], starts[place.column + 1]]
      const isCut = end > left + room.width
      return {
        top: place.row < 0 ? top : scrollToRow(total, place.row, top, room.height),
        left: start < left ? start : isCut ? Math.min(start, end - room.width) : left,
      }
    })
  }

  /** What a key does other than to move; null for all others. */
  function action({ key, altKey }: KeyboardEvent, isControl: boolean): (() => void) | null {
    const width = widths[active.column] ?? 0
    if (altKey && key === 'ArrowLeft') return () => table.onWidth(active.column, clampWidth(width - STEP))
    if (altKey && key === 'ArrowRight') return () => table.onWidth(active.column, clampWidth(width + STEP))
    if (isControl && key === 'c') return () => table.onCopy(range)
    if (key === 'Enter' || key === ' ') return () => onChoose(active.column)
    if (key === 'Escape' && range) return () => setAnchor(null)
    if (key === 'Escape' && chosen !== null) return () => onChoose(null)
    return null
  }

  function onKeyDown(event: KeyboardEvent) {
    const isControl = event.ctrlKey || event.metaKey
    const act = action(event, isControl)
    const page = Math.max(1, Math.floor(room.height / ROW) - 1)
    const to = act ? null : moved(active, event.key, isControl, { rows: total, columns, page })
    if (!act && !to) return
    act?.()
    if (to) goTo(to, event.shiftKey)
    event.preventDefault()
    event.stopPropagation()
  }

  function point(place: Place) {
    setAnchor(null)
    setActive(place)
  }

  return { active, range, setActive: point, goTo, onKeyDown }
}
