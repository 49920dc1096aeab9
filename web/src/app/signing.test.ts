import { describe, expect, it } from 'vitest'

import { wayBack } from './signing'

describe('wayBack', () => {
  it('leads to a page of ours', () => {
    expect(wayBack('/experiments/1?node=a')).toBe('/experiments/1?node=a')
    expect(wayBack(null)).toBe('/experiments')
  })

  it('leads to nobody else, and not in a circle', () => {
    for (const next of ['https://elsewhere.example', '//elsewhere.example', '/\\elsewhere.example', 'javascript:alert(1)', '', '/login?next=/login'])
      expect(wayBack(next)).toBe('/experiments')
  })
})
