import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import { type Cell, type ColumnProfile, type Rows, type Source, profileQuery, rowsQuery } from '../api/outputs'
import { blocksOf } from './window'

const ROWS = 100
const COLUMNS = 50
// Somebody who drags the scroll bar passes by more pages than anybody wants to load.
const SETTLED = 90

export interface Span {
  first: number
  end: number
}

export interface Cells {
  /** Undefined while it is on its way. */
  cell: (row: number, column: number) => Cell | undefined
  error: Error | null
  retry: () => void
}

/** The cells in view, fetched by pages of rows and blocks of columns. */
export function useCells(source: Source, rows: Span, columns: Span): Cells {
  const settled = useSettled(`${rows.first} ${rows.end} ${columns.first} ${columns.end}`)
  const [first = 0, end = 0, left = 0, right = 0] = settled.split(' ').map(Number)
  const query = (page: number, block: number) =>
    rowsQuery(source, { offset: page * ROWS, limit: ROWS, column: block * COLUMNS, columns: COLUMNS })
  const wanted = blocksOf(first, end, ROWS).flatMap((page) => blocksOf(left, right, COLUMNS).map((block) => ({ page, block })))
  const results = useQueries({ queries: wanted.map(({ page, block }) => query(page, block)) })
  const failed = results.filter((result) => result.isError)
  const known = new Map(wanted.map(({ page, block }, place) => [`${page} ${block}`, results[place]?.data]))
  // While somebody scrolls, other pages than those wanted may be in view; the cache may have them.
  const cache = useQueryClient()
  return {
    cell: (row, column) => {
      const [page, block] = [Math.floor(row / ROWS), Math.floor(column / COLUMNS)]
      const key = `${page} ${block}`
      if (!known.has(key)) known.set(key, cache.getQueryData<Rows>(query(page, block).queryKey))
      return known.get(key)?.rows[row % ROWS]?.[column % COLUMNS]
    },
    error: failed[0]?.error ?? null,
    retry: () => failed.forEach((result) => void result.refetch()),
  }
}

/** The statistics of the columns in view; the server makes them once, for all columns. */
export function useProfiles(source: Source, columns: Span): (column: number) => ColumnProfile | undefined {
  const [left = 0, right = 0] = useSettled(`${columns.first} ${columns.end}`).split(' ').map(Number)
  const blocks = blocksOf(left, right, COLUMNS)
  const results = useQueries({ queries: blocks.map((block) => profileQuery(source, block * COLUMNS, COLUMNS)) })
  const found = new Map(blocks.map((block, place) => [block, results[place]?.data]))
  return (column) => found.get(Math.floor(column / COLUMNS))?.columns[column % COLUMNS]
}

/** A value once it has stayed the same for a moment; the first one at once. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
