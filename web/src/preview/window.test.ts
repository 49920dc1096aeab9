import { describe, expect, it } from 'vitest'

import { ROW, blocksOf, columnWindow, rowWindow, scrollToRow, startsOf } from './window'

describe('rows in view', () => {
  it('are those at the scroll position of a small table', () => {
    const found = rowWindow(1000, 100 * ROW, 10 * ROW)
    expect([found.first, found.end, found.height]).toEqual([96, 114, 1000 * ROW])
    expect(found.top).toBe(96 * ROW)
  })

  it('are all of a table that fits', () => {
    const found = rowWindow(3, 0, 400)
    expect([found.first, found.end, found.top]).toEqual([0, 3, 0])
  })

  it('reach both ends of a table taller than any scroll bar', () => {
    const total = 100_000_000
    const room = 560
    const { height } = rowWindow(total, 0, room)
    expect(height).toBeLessThan(16_000_000)
    expect(rowWindow(total, 0, room).first).toBe(0)
    const last = rowWindow(total, height - room, room)
    expect(last.end).toBe(total)
    // The last row ends where the scrolled area does.
    expect(last.top + (last.end - last.first) * ROW).toBeCloseTo(height, 0)
  })

  it('stand at the place where they are seen', () => {
    const found = rowWindow(100_000_000, 7_000_000.5, 560)
    expect(found.top).toBeLessThanOrEqual(7_000_000.5)
    expect(found.top).toBeGreaterThan(7_000_000.5 - 6 * ROW)
  })
})

describe('scrolling to a row', () => {
  const room = 10 * ROW
  it('leaves what is in view alone', () => {
    expect(scrollToRow(1000, 105, 100 * ROW, room)).toBe(100 * ROW)
  })

  it.each([
    [1000, 50, 50],
    [1000, 200, 191],
    [1000, 999, 990],
  ])('of %i, %i puts %i on top', (total, row, top) => {
    expect(scrollToRow(total, row, 100 * ROW, room)).toBeCloseTo(top * ROW)
  })

  it('finds any row of a very tall table', () => {
    for (const row of [0, 1, 12_345_678, 99_999_999]) {
      const scrolled = scrollToRow(100_000_000, row, 7_000_000, room)
      const found = rowWindow(100_000_000, scrolled, room)
      expect(found.first).toBeLessThanOrEqual(row)
      expect(found.end).toBeGreaterThan(row)
    }
  })
})

describe('columns in view', () => {
  const starts = startsOf([100, 50, 200, 100, 100])
  it('start before the scroll position and end behind the room', () => {
    expect(columnWindow(starts, 0, 120)).toEqual({ first: 0, end: 3 })
    expect(columnWindow(starts, 360, 100)).toEqual({ first: 2, end: 5 })
  })
})

it('blocks hold every wanted place', () => {
  expect(blocksOf(0, 0, 50)).toEqual([])
  expect(blocksOf(49, 51, 50)).toEqual([0, 1])
  expect(blocksOf(100, 150, 50)).toEqual([2])
})
