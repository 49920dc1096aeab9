/** Which rows and columns of a large table are in view. Rows are of one height, columns of any. */
import { bisectLeft, bisectRight } from 'd3-array'

export const ROW = 28
// Browsers lose count beyond some 17 to 33 million pixels. Where a table is taller, the scroll bar moves in larger steps.
const TALLEST = 15_000_000
const MORE = 4

export interface RowWindow {
  /** The height that the scroll bar sees. */
  height: number
  first: number
  /** One past the last. */
  end: number
  /** Where the row `first` starts, in pixels of the scrolled area. */
  top: number
}

/** The rows in view with a few more on either side; `room` is the height in which rows are seen. */
export function rowWindow(total: number, scrolled: number, room: number): RowWindow {
  const whole = total * ROW
  const height = Math.min(whole, TALLEST)
  const exact = rowAt(total, scrolled, room)
  const first = Math.max(0, Math.floor(exact) - MORE)
  const end = Math.min(total, Math.ceil(exact + room / ROW) + MORE)
  return { height, first, end, top: scrolled - (exact - first) * ROW }
}

/** How far to scroll so that a row is in view; where it already is, as far as now. */
export function scrollToRow(total: number, row: number, scrolled: number, room: number): number {
  const shown = room / ROW
  const exact = rowAt(total, scrolled, room)
  if (row >= exact && row + 1 <= exact + shown) return scrolled
  const wanted = row < exact ? row : row + 1 - shown
  return Math.max(0, wanted / step(total, room))
}

/** The row at the top, with its fraction. */
function rowAt(total: number, scrolled: number, room: number): number {
  return Math.max(0, Math.min(scrolled * step(total, room), total - room / ROW))
}

/** Rows for a pixel of the scroll bar. */
function step(total: number, room: number): number {
  const height = Math.min(total * ROW, TALLEST)
  return height <= room || total * ROW <= TALLEST ? 1 / ROW : (total - room / ROW) / (height - room)
}

export interface ColumnWindow {
  first: number
  end: number
}

/** Where each column starts, and where the last one ends. */
export function startsOf(widths: readonly number[]): number[] {
  const starts = [0]
  for (const width of widths) starts.push((starts.at(-1) ?? 0) + width)
  return starts
}

export function columnWindow(starts: readonly number[], scrolled: number, room: number): ColumnWindow {
  const last = starts.length - 1
  const first = Math.max(0, bisectRight(starts, scrolled) - 2)
  return { first, end: Math.min(last, bisectLeft(starts, scrolled + room) + 1) }
}

/** Numbers of the blocks of `size` that hold first … end - 1. */
export function blocksOf(first: number, end: number, size: number): number[] {
  const from = Math.floor(first / size)
  return Array.from({ length: Math.max(0, Math.ceil(end / size) - from) }, (_, place) => from + place)
}
