import { describe, expect, it } from 'vitest'

import { EMPTY, type Experiment, type ExperimentNode } from '../document/types'
import { ports, upstream } from './useSurroundings'

const node = (inputs: Record<string, string> = {}, parameters: Record<string, string> = {}): ExperimentNode => ({
  module: 'execute-python-script', inputs, parameters, comment: '', pinned: '',
})
const experiment = (nodes: Record<string, ExperimentNode>): Experiment => ({ ...EMPTY, nodes })

describe('upstream', () => {
  const before = experiment({ a: node(), b: node({ dataset1: 'a' }), c: node({ dataset1: 'b' }, { script: 'x' }), d: node({ dataset1: 'c' }) })

  it('does not change with the script itself, nor with what comes after', () => {
    const after = experiment({ ...before.nodes, c: node({ dataset1: 'b' }, { script: 'y' }), d: node({}, { script: 'z' }) })
    expect(upstream(after, 'c')).toBe(upstream(before, 'c'))
  })

  it('changes with its wires and with whatever comes before', () => {
    expect(upstream(experiment({ ...before.nodes, c: node({ dataset2: 'b' }) }), 'c')).not.toBe(upstream(before, 'c'))
    expect(upstream(experiment({ ...before.nodes, a: node({}, { script: 'y' }) }), 'c')).not.toBe(upstream(before, 'c'))
  })

  it('ends in a circle', () => {
    expect(upstream(experiment({ a: node({ dataset1: 'b' }), b: node({ dataset1: 'a' }) }), 'a')).toContain('"b"')
  })
})

it('tells tables in the order of their ports, and the bundle apart', () => {
  const columns = [{ name: 'age', type: 'Double', role: 'feature' }]
  expect(
    ports([
      { port: 'dataset1', type: 'DataTable', source: null, columns: null },
      { port: 'dataset2', type: 'DataTable', source: 'a.b', columns },
      { port: 'script_bundle', type: 'Zip', source: 'c.d', columns: null },
    ], []),
  ).toEqual({ tables: [{ isConnected: false, columns: null }, { isConnected: true, columns }], hasBundle: true })
})

it('takes columns of an earlier run where none are known for sure', () => {
  const [old, now] = [[{ name: 'old', type: 'Double' }], [{ name: 'now', type: 'Double', role: 'feature' }]]
  const inputs = [
    { port: 'script_bundle', type: 'Zip', source: null, columns: null },
    { port: 'dataset1', type: 'DataTable', source: 'a.b', columns: null },
    { port: 'dataset2', type: 'DataTable', source: 'a.b', columns: now },
  ]
  expect(ports(inputs, [null, old, old]).tables.map(({ columns }) => columns)).toEqual([old, now])
})
