import { useState } from 'react'

import type { Column } from '../api/outputs'
import { isNumeric } from './values'

/** The column of row numbers. */
export const GUTTER = 68
const LEAST = 64
const MOST = 900
const LETTER = 7.4

export function clampWidth(width: number): number {
  return Math.round(Math.max(LEAST, Math.min(MOST, width)))
}

/** Room for the name and for what such a column usually holds. */
export function naturalWidth(column: Column): number {
  const usual = column.type === 'Boolean' ? 96 : column.type === 'DateTime' ? 168 : isNumeric(column.type) ? 140 : 156
  return Math.max(usual, Math.min(column.name.length * LETTER + 24, 230))
}

/** The width of each column, and changing one. */
export function useWidths(columns: readonly Column[]): [readonly number[], (column: number, width: number) => void] {
  const [changed, setChanged] = useState<ReadonlyMap<number, number>>(new Map())
  const widths = columns.map((column, place) => changed.get(place) ?? naturalWidth(column))
  return [widths, (column, width) => setChanged((before) => new Map(before).set(column, clampWidth(width)))]
}
