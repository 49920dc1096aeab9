import { expect, it } from 'vitest'

import { moved } from './moves'

const extent = { rows: 100, columns: 5, page: 10 }

it.each([
  ['ArrowUp', false, { row: -1, column: 2 }],
  ['ArrowDown', false, { row: 1, column: 2 }],
  ['ArrowDown', true, { row: 99, column: 2 }],
  ['ArrowRight', true, { row: 0, column: 4 }],
  ['PageDown', false, { row: 10, column: 2 }],
  ['End', true, { row: 99, column: 4 }],
  ['Home', false, { row: 0, column: 0 }],
])('%s (control %s) leads from the first row to %o', (key, isControl, to) => {
  expect(moved({ row: 0, column: 2 }, key, isControl, extent)).toEqual(to)
})

it('stays within the table', () => {
  expect(moved({ row: 99, column: 4 }, 'ArrowDown', false, extent)).toEqual({ row: 99, column: 4 })
  expect(moved({ row: -1, column: 0 }, 'ArrowLeft', false, extent)).toEqual({ row: -1, column: 0 })
  expect(moved({ row: -1, column: 0 }, 'PageUp', false, extent)).toEqual({ row: -1, column: 0 })
})

it('goes to the first row before the head', () => {
  expect(moved({ row: 50, column: 0 }, 'ArrowUp', true, extent)).toEqual({ row: 0, column: 0 })
  expect(moved({ row: 0, column: 0 }, 'ArrowUp', true, extent)).toEqual({ row: -1, column: 0 })
})

it('leaves other keys alone', () => {
  expect(moved({ row: 0, column: 0 }, 'a', false, extent)).toBeNull()
})
