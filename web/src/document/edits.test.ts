import { describe, expect, it } from 'vitest'

import {
  addNode,
  connect,
  disconnect,
  group,
  removeAndReconnect,
  removeNodes,
  renameNode,
  setParameter,
  setServiceInput,
  setServiceParameter,
  splice,
} from './edits'
import { read } from './reading'
import type { Experiment } from './types'

const CHAIN: Experiment = read(`
bottega: 1
nodes:
  a: {dataset: iris}
  b: {module: m, inputs: {Data Set: a}, parameters: {First Duplicate: 2}}
  c: {module: n, inputs: {x: b.out, y: a}}
web_service:
  inputs: {input1: [b.x, c.x]}
  outputs: {output1: b}
  parameters: {p: b.first, q: {sets: [b.first2, c.z], default: 1}}
groups: {G: [a, b], H: [c]}
layout: {a: [0, 0], b: [0, 100]}
`)

describe('removing', () => {
  it('takes what names the node along', () => {
    const left = removeNodes(CHAIN, ['b'])
    expect(left.nodes).toEqual({ a: CHAIN.nodes.a, c: { ...CHAIN.nodes.c, inputs: { y: 'a' } } })
    expect(left.service.inputs).toEqual({ input1: ['c.x'] })
    expect(left.service.outputs).toEqual({})
    expect(Object.keys(left.service.parameters)).toEqual(['q'])
    expect(left.service.parameters.q?.sets).toEqual(['c.z'])
    expect(left.groups).toEqual({ G: ['a'], H: ['c'] })
    expect(left.layout).toEqual({ a: [0, 0] })
    expect(removeNodes(CHAIN, ['a', 'b']).groups).toEqual({ H: ['c'] })
  })

  it('can bridge the gap', () => {
    expect(removeAndReconnect(CHAIN, 'b').nodes.c?.inputs).toEqual({ x: 'a', y: 'a' })
    expect(removeAndReconnect(CHAIN, 'a').nodes.b?.inputs).toEqual({})
  })
})

describe('renaming', () => {
  it('keeps the order, and everything follows', () => {
    const renamed = renameNode(CHAIN, 'b', 'bee')
    expect(Object.keys(renamed.nodes)).toEqual(['a', 'bee', 'c'])
    expect(renamed.nodes.c?.inputs).toEqual({ x: 'bee.out', y: 'a' })
    expect(renamed.service.inputs).toEqual({ input1: ['bee.x', 'c.x'] })
    expect(renamed.groups.G).toEqual(['a', 'bee'])
    expect(renamed.layout).toEqual({ a: [0, 0], bee: [0, 100] })
  })

  it('takes no name that is taken', () => {
    expect(renameNode(CHAIN, 'b', 'c')).toBe(CHAIN)
  })
})

describe('ports and parameters', () => {
  it('keep the spelling of the file', () => {
    expect(connect(CHAIN, 'b', 'data_set', 'c').nodes.b?.inputs).toEqual({ 'Data Set': 'c' })
    expect(disconnect(CHAIN, 'b', 'dataset').nodes.b?.inputs).toEqual({})
    expect(setParameter(CHAIN, 'b', 'first_duplicate', 1).nodes.b?.parameters).toEqual({ 'First Duplicate': 1 })
    expect(setParameter(CHAIN, 'b', 'other', undefined, 'First Duplicate').nodes.b?.parameters).toEqual({})
  })

  it('share all that an edit does not touch', () => {
    const edited = setParameter(CHAIN, 'b', 'k', 1)
    expect(edited.nodes.a).toBe(CHAIN.nodes.a)
    expect(edited.nodes.c).toBe(CHAIN.nodes.c)
    expect(setParameter(CHAIN, 'none', 'k', 1)).toBe(CHAIN)
  })
})

it('puts a node on a wire', () => {
  const grown = addNode(CHAIN, 'new', { module: 'm' }, [1.4, 2.6])
  const spliced = splice(grown, { node: 'c', port: 'x' }, { node: 'new', input: 'in', output: 'out' })
  expect(spliced.nodes.new?.inputs).toEqual({ in: 'b.out' })
  expect(spliced.nodes.c?.inputs.x).toBe('new.out')
  expect(spliced.layout.new).toEqual([1, 3])
  expect(splice(grown, { node: 'c', port: 'x' }, { node: 'b', input: 'i', output: 'o' })).toBe(grown)
})

it('has a node in one group at most', () => {
  expect(group(CHAIN, ['b', 'c'], 'G').groups).toEqual({ G: ['a'], 'G 2': ['b', 'c'] })
})

it('feeds a port from one web service input, and sets a parameter by one', () => {
  expect(setServiceInput(CHAIN, 'second', ['b.x']).service.inputs).toEqual({ input1: ['c.x'], second: ['b.x'] })
  expect(setServiceInput(CHAIN, 'input1', []).service.inputs).toEqual({})
  const set = setServiceParameter(CHAIN, 'r', { sets: ['b.first'], required: true, description: '' })
  expect(Object.keys(set.service.parameters)).toEqual(['q', 'r'])
})
