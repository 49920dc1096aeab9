import { describe, expect, it } from 'vitest'

import { sharesOf } from './classes'

describe('a confusion matrix', () => {
  it('has the shares of each true class', () => {
    expect(sharesOf([
      [3, 1, 0],
      [0, 2, 2],
      [0, 0, 0],
    ])).toEqual([
      [0.75, 0.25, 0],
      [0, 0.5, 0.5],
      [0, 0, 0],
    ])
  })

  it('may have no class', () => {
    expect(sharesOf([])).toEqual([])
  })
})
