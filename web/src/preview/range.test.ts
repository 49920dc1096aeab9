import { expect, it } from 'vitest'

import { holds, rangeOf, tabbed } from './range'

it('a range reaches from where it was begun, in any direction', () => {
  const range = rangeOf({ row: 5, column: 3 }, { row: 2, column: 4 })
  expect(range).toEqual({ top: 2, bottom: 5, left: 3, right: 4 })
  expect(holds(range, 5, 4)).toBe(true)
  expect(holds(range, 6, 4)).toBe(false)
  expect(holds(range, 2, 2)).toBe(false)
})

it('one cell, or the head alone, is none', () => {
  expect(rangeOf(null, { row: 1, column: 1 })).toBeNull()
  expect(rangeOf({ row: 1, column: 1 }, { row: 1, column: 1 })).toBeNull()
  expect(rangeOf({ row: -1, column: 0 }, { row: -1, column: 3 })).toBeNull()
  expect(holds(null, 0, 0)).toBe(false)
})

it('leaves the head out', () => {
  expect(rangeOf({ row: 2, column: 0 }, { row: -1, column: 0 })).toEqual({ top: 0, bottom: 2, left: 0, right: 0 })
})

it('is copied as spreadsheets take it', () => {
  expect(
    tabbed([
      ['a', 1, null],
      [true, 'tab\there', 'say "so"'],
    ]),
  ).toBe('a\t1\t\ntrue\t"tab\there"\t"say ""so"""')
})
