import { describe, expect, it } from 'vitest'

import { picture } from './picture'

const node = (id: string, x: number, y: number) => ({ id, module: 'split-data', title: id, x, y })

describe('picture', () => {
  it('frames all nodes, with room around', () => {
    const [x = 0, y = 0, width = 0, height = 0] = picture({ nodes: [node('a', -2000, 10), node('b', 3000, 900)], edges: [] })
      .viewBox.split(' ')
      .map(Number)
    expect(x).toBeLessThan(-2000)
    expect(y).toBeLessThan(10)
    expect(x + width).toBeGreaterThan(3000 + 220)
    expect(y + height).toBeGreaterThan(900 + 56)
  })

  it('stands in the middle where there is little to see', () => {
    const [x = 0, y = 0, width = 0, height = 0] = picture({ nodes: [node('a', 100, 100)], edges: [] }).viewBox.split(' ').map(Number)
    expect(x + width / 2).toBe(100 + 110)
    expect(y + height / 2).toBe(100 + 28)
  })

  it('draws a wire from below one node to above the other, and none to what is not there', () => {
    const { wires } = picture({ nodes: [node('a', 0, 0), node('b', 0, 200)], edges: [['a', 'b'], ['a', 'gone']] })
    expect(wires).toEqual(['M110 56C110 128 110 128 110 200'])
  })
})
