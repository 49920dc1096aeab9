import { describe, expect, it } from 'vitest'

import { catalogue } from '../document/samples'
import type { ExperimentNode, Plain } from '../document/types'
import { counts, faultOf, given, numberOf, type Parameter, parametersOf } from './schema'

const module = catalogue.find('split-data')
if (!module) throw new Error('no module')
const parameters = parametersOf(module)
const named = (name: string): Parameter => {
  const found = parameters.find((each) => each.name === name)
  if (!found) throw new Error(name)
  return found
}
const node = (values: Record<string, Plain>): ExperimentNode => ({ module: 'split-data', inputs: {}, parameters: values, comment: '', pinned: '' })

it('tells the kinds of fields', () => {
  expect(parameters.map(({ name, kind, isOptional, isRequired }) => [name, kind, isOptional, isRequired])).toEqual([
    ['mode', 'choice', false, false],
    ['randomized', 'flag', false, false],
    ['seed', 'integer', false, false],
    ['share', 'number', true, false],
    ['columns', 'columns', false, false],
    ['script', 'code', false, true],
  ])
})

describe('a conditional parameter', () => {
  const isSeen = (values: Record<string, Plain>) => counts(node(values), named('seed'), module, parameters)

  it('counts by what others are, or are by default', () => {
    expect(isSeen({})).toBe(true)
    expect(isSeen({ mode: 'split rows' })).toBe(true)
    expect(isSeen({ 'Splitting Mode': 'Regular Expression' })).toBe(false)
    expect(isSeen({ randomized: false })).toBe(false)
    expect(isSeen({ randomized: 'TRUE' })).toBe(true)
  })
})

it('finds values by any spelling', () => {
  expect(given(node({ 'Random Seed': 3 }), named('seed'))).toBe(3)
  expect(given(node({}), named('seed'))).toBeUndefined()
})

describe('numbers', () => {
  it('are kept as they are typed', () => {
    expect([numberOf('0.7'), numberOf('0,7'), numberOf(''), numberOf('1e'), numberOf('123456789012345678901')]).toEqual([0.7, 0.7, undefined, '1e', '123456789012345678901'])
  })

  it.each<[string, Plain, unknown]>([
    ['seed', 3, null],
    ['seed', '3', null],
    ['seed', 2.5, 'whole'],
    ['seed', -1, { least: 0 }],
    ['seed', 'x', 'number'],
    ['share', 0, { above: 0 }],
    ['share', 1.5, { most: 1 }],
    ['share', 'inf', null],
  ])('%s = %j is told', (name, value, fault) => {
    expect(faultOf(value, named(name))).toEqual(fault)
  })
})
