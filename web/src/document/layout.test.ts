import { describe, expect, it } from 'vitest'

import { moveNodes } from './edits'
import { free, NODE_HEIGHT, NODE_WIDTH, placed, tidied } from './layout'
import { read } from './reading'
import type { Place } from './types'

const DOC = read('bottega: 1\nnodes: {a: {dataset: x}, b: {module: m, inputs: {x: a}}, c: {module: m, inputs: {x: a}}, d: {module: m, inputs: {x: b, y: c}}}')

function overlaps(places: Readonly<Record<string, Place>>): boolean {
  const all = Object.values(places)
  return all.some((one, index) => all.slice(index + 1).some((other) => Math.abs(one[0] - other[0]) < NODE_WIDTH && Math.abs(one[1] - other[1]) < NODE_HEIGHT))
}

describe('places', () => {
  it('follow the flow downwards', () => {
    const places = tidied(DOC)
    expect(places.a?.[1]).toBeLessThan(places.b?.[1] ?? 0)
    expect(places.b?.[1]).toBe(places.c?.[1])
    expect(places.d?.[1]).toBeGreaterThan(places.b?.[1] ?? 0)
    expect(overlaps(places)).toBe(false)
  })

  it('of some nodes stay where these are as a whole', () => {
    const moved = moveNodes(DOC, { a: [0, 0], b: [500, 300], c: [900, 350], d: [700, 800] })
    const places = tidied(moved, ['b', 'd'])
    expect(Object.keys(places).sort()).toEqual(['b', 'd'])
    expect([Math.min(...Object.values(places).map(([x]) => x)), Math.min(...Object.values(places).map(([, y]) => y))]).toEqual([500, 300])
  })

  it('that are missing are found below what feeds the node', () => {
    const some = moveNodes(DOC, { a: [100, 0], b: [100, 104] })
    const places = placed(some)
    expect([places.a, places.b]).toEqual([[100, 0], [100, 104]])
    expect(places.c?.[1]).toBeGreaterThan(0)
    expect(overlaps(places)).toBe(false)
    expect(placed(places === some.layout ? some : { ...some, layout: places })).toBe(places)
  })

  it('are free', () => {
    expect(free([0, 0], [[10, 10]])[0]).toBeGreaterThan(NODE_WIDTH)
    expect(free([0, 0], [[0, NODE_HEIGHT]])).toEqual([0, 0])
  })
})
