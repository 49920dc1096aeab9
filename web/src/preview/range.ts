/** A block of cells, from where it was begun to the active cell; the head is no part of it. */
import type { Cell } from '../api/outputs'
import type { Place } from './moves'

export interface Range {
  top: number
  bottom: number
  left: number
  right: number
}

/** Null for one cell alone. */
export function rangeOf(anchor: Place | null, active: Place): Range | null {
  if (!anchor || (anchor.row === active.row && anchor.column === active.column)) return null
  const range = {
    top: Math.max(0, Math.min(anchor.row, active.row)),
    bottom: Math.max(anchor.row, active.row),
    left: Math.min(anchor.column, active.column),
    right: Math.max(anchor.column, active.column),
  }
  return range.bottom < 0 ? null : range
}

export function holds(range: Range | null, row: number, column: number): boolean {
  return range !== null && row >= range.top && row <= range.bottom && column >= range.left && column <= range.right
}

/** Rows as a spreadsheet takes them from the clipboard: missing is empty, what would break a line is quoted. */
export function tabbed(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => row.map((value) => quoted(value === null ? '' : String(value))).join('\t')).join('\n')
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
