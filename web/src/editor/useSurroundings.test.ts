import { describe, expect, it } from 'vitest'

import { EMPTY, type Experiment, type ExperimentNode } from '../document/types'
import { placed, ports, upstream } from './useSurroundings'

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

describe('placed', () => {
  const known = [
    { name: 'default', state: 'ready', compatibility: false },
    { name: 'classic', state: 'ready', compatibility: true },
    { name: 'anaconda', state: 'absent', compatibility: false },
  ]
  const at = (named: string, experiments: string, oldNames: boolean | null = null) => placed(named, experiments, oldNames, known)

  it("takes the node's, else the experiment's, else the default", () => {
    expect(at('', '')).toEqual({ environment: 'default', isNamed: false, oldNames: false })
    expect(at('', 'classic')).toEqual({ environment: 'classic', isNamed: false, oldNames: true })
    expect(at('default', 'classic')).toEqual({ environment: 'default', isNamed: true, oldNames: false })
  })

  it('has old names as the node says, else as the environment has them', () => {
    expect(at('', 'classic', false).oldNames).toBe(false)
    expect(at('', '', true).oldNames).toBe(true)
  })

  it('asks in the default for one that is not built', () => {
    expect(at('anaconda', '')).toEqual({ environment: 'default', isNamed: true, oldNames: false })
    expect(at('', 'unheard-of').environment).toBe('default')
  })

  it('believes what it is told while it does not know them', () => expect(placed('mine', '', null, []).environment).toBe('mine'))
})
