/** Moves of the active cell by keys. Row -1 is the head. */

export interface Place {
  row: number
  column: number
}

interface Extent {
  rows: number
  columns: number
  /** Rows that a page holds. */
  page: number
}

/** Where a key leads from here; null for a key that is no move. */
export function moved(from: Place, key: string, isControl: boolean, { rows, columns, page }: Extent): Place | null {
  const to = target(from, key, isControl, { rows, columns, page })
  return to && { row: Math.max(-1, Math.min(rows - 1, to.row)), column: Math.max(0, Math.min(columns - 1, to.column)) }
}

function target({ row, column }: Place, key: string, isControl: boolean, { rows, columns, page }: Extent): Place | null {
  switch (key) {
    case 'ArrowUp':
      return { row: isControl ? (row > 0 ? 0 : -1) : row - 1, column }
    case 'ArrowDown':
      return { row: isControl ? rows - 1 : row + 1, column }
    case 'ArrowLeft':
      return { row, column: isControl ? 0 : column - 1 }
    case 'ArrowRight':
      return { row, column: isControl ? columns - 1 : column + 1 }
    case 'PageUp':
      return { row: row > 0 ? Math.max(0, row - page) : row, column }
    case 'PageDown':
      return { row: row + page, column }
    case 'Home':
      return { row: isControl ? 0 : row, column: 0 }
    case 'End':
      return { row: isControl ? rows - 1 : row, column: columns - 1 }
    default:
      return null
  }
}
