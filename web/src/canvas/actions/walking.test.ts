import { expect, it } from 'vitest'

import { read } from '../../document/reading'
import { nextOf } from './walking'

const DOC = read(`
bottega: 1
nodes: {a: {dataset: x}, b: {module: m, inputs: {x: a}}, c: {module: m, inputs: {x: a}}, d: {module: m, inputs: {x: b, y: c}}, e: {module: m}}
layout: {a: [0, 0], b: [0, 100], c: [300, 110], d: [100, 200], e: [0, 300]}
`)

it.each([
  ['a', 'down', 'b'],
  ['d', 'up', 'b'],
  ['b', 'right', 'c'],
  ['c', 'left', 'b'],
  ['a', 'up', undefined],
  ['c', 'right', undefined],
  ['e', 'up', 'b'],
  ['d', 'down', 'e'],
  ['e', 'down', undefined],
] as const)('from %s %s to %s', (id, direction, next) => {
  expect(nextOf(DOC, DOC.layout, id, direction)).toBe(next)
})
