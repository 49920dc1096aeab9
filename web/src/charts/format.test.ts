import { expect, it } from 'vitest'

import { measure, percent, short } from './format'

it.each([
  [0, '0'],
  [1 / 3, '0.333333'],
  [-1234567.5, '-1,234,568'],
  [0.00001234, '1.234E-5'],
  [1e15, '1E15'],
  [Infinity, '∞'],
  [-Infinity, '−∞'],
  [NaN, '–'],
])('%d is measured as %s', (value, text) => {
  expect(measure(value)).toBe(text)
})

it('axes have short numbers', () => {
  expect([0, 950, 12_500, 3_000_000, 0.0004].map(short)).toEqual(['0', '950', '12.5K', '3M', '4E-4'])
})

it('shares are of a hundred', () => {
  expect(percent(0.12345)).toBe('12.3%')
})
