import { expect, it } from 'vitest'

import { joined, split } from './places'

it('reads places however they are told apart, and what it wrote itself', () => {
  expect(split({ a: ' x.org:80,y.org:443;z.org:1\n' })).toEqual({ a: ['x.org:80', 'y.org:443', 'z.org:1'] })
  expect(split(joined({ a: ['x.org:80', 'y.org:443'], b: [] }))).toEqual({ a: ['x.org:80', 'y.org:443'], b: [] })
})
