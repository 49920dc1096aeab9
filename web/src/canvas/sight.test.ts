import { describe, expect, it } from 'vitest'

import { intoSight } from './sight'

const room = { left: 0, right: 400, top: 0, bottom: 200 }
const at = (left: number, top: number, width = 100, height = 50) => ({ left, top, right: left + width, bottom: top + height })

describe('what is looked at', () => {
  it('stays where it is seen', () => {
    expect(intoSight(at(20, 20), room, 10)).toEqual({ x: 0, y: 0 })
  })

  it('comes up from below the edge, no farther than needed', () => {
    expect(intoSight(at(20, 300), room, 10)).toEqual({ x: 0, y: -160 })
  })

  it('comes in from the upper left', () => {
    expect(intoSight(at(-30, -5), room, 10)).toEqual({ x: 40, y: 15 })
  })

  it('is seen from its beginning where there is no room for all', () => {
    expect(intoSight(at(50, 50, 100, 400), room, 10)).toEqual({ x: 0, y: -40 })
  })
})
