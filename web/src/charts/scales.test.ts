import { describe, expect, it } from 'vitest'

import { even, extent, logCounts, logarithmic, times } from './scales'

describe('an even scale', () => {
  it('puts one value alone in the middle', () => {
    expect(even([7, 7], [0, 100], 5).at(7)).toBe(50)
    expect(even([0, 0], [0, 100], 5).at(0)).toBe(50)
  })

  it('leads back from pixels', () => {
    const scale = even([0, 10], [0, 200], 5)
    expect(scale.invert(scale.at(3))).toBeCloseTo(3)
  })
})

describe('counts by powers of ten', () => {
  const scale = logCounts(1000, [100, 0])
  it('have nothing at the foot and one above it', () => {
    expect(scale.at(0)).toBe(100)
    expect(scale.at(1)).toBeLessThan(100)
    expect(scale.at(1000)).toBeGreaterThanOrEqual(0)
  })

  it('have a tick a power', () => {
    expect(scale.ticks.map((tick) => tick.text)).toEqual(['1', '10', '100', '1,000'])
  })
})

it('values by powers of ten stand evenly', () => {
  const scale = logarithmic([1, 100], [0, 200])
  expect(scale.at(10)).toBeCloseTo(100)
  expect(scale.ticks.map((tick) => tick.text)).toEqual(['1', '10', '100'])
})

it('times have ticks of the calendar', () => {
  const scale = times([Date.UTC(2020, 0, 1), Date.UTC(2024, 0, 1)], [0, 400], 4)
  expect(scale.ticks.map((tick) => tick.text)).toEqual(['2020', '2021', '2022', '2023', '2024'])
})

it('the extent of nothing is 0 to 1', () => {
  expect(extent([])).toEqual([0, 1])
  expect(extent([3, -2, 5])).toEqual([-2, 5])
})
