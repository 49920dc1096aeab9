import { describe, expect, it } from 'vitest'

import { stepped, totals } from './metrics'

const minute = (calls: number, errors: number, mean: number | null, max: number | null) => ({ calls, errors, mean_ms: mean, max_ms: max })
const quiet = minute(0, 0, null, null)

describe('metrics', () => {
  it('weighs times by calls', () => {
    expect(totals([minute(1, 0, 10, 10), quiet, minute(3, 1, 30, 50)])).toEqual({ calls: 4, errors: 1, mean: 25, longest: 50 })
  })

  it('has no times where nobody called', () => {
    expect(totals([quiet, quiet])).toEqual({ calls: 0, errors: 0, mean: null, longest: null })
  })

  it('gathers minutes to steps, the last of which may be short', () => {
    expect(stepped([minute(1, 0, 10, 10), minute(1, 1, 20, 25), quiet], 2)).toEqual([minute(2, 1, 15, 25), quiet])
  })
})
