import { describe, expect, it } from 'vitest'

import { findPort, fits, keyFor } from './catalogue'
import { allPorts, ordered, type PortPlace, reaches, refusal, sourcesOf, targetsOf, wires } from './graph'
import { read } from './reading'
import { catalogue } from './samples'

const DOC = read(`
bottega: 1
nodes:
  train: {module: Train Model, inputs: {Untrained Model: learn, dataset: split.REST}}
  learn: {module: learner}
  split: {module: Split, inputs: {dataset: data}}
  data: {dataset: iris}
  odd: {module: nothing-known, inputs: {x: split, y: nowhere}}
`)

const place = (node: string, side: 'inputs' | 'outputs', name: string): PortPlace => {
  const found = allPorts(DOC, catalogue, side).find((each) => each.node === node && each.port.name === name)
  if (!found) throw new Error(`${node} has no ${name}`)
  return found
}
const names = (found: readonly PortPlace[]) => found.map(({ node, port }) => `${node}.${port.name}`)

describe('the catalogue', () => {
  it('finds by name, title and former name, however spelled', () => {
    for (const spelling of ['split-data', 'Split Data', 'SPLIT_data', 'split']) expect(catalogue.find(spelling)?.name).toBe('split-data')
    expect(catalogue.find('constructor')).toBeUndefined()
  })

  it('knows which types fit', () => {
    for (const file of ['GenericCsv', 'GenericTsv', 'Arff', 'SvmLight'] as const) expect(fits(file, 'DataTable')).toBe(true)
    expect(fits('DataTable', 'GenericCsv')).toBe(false)
    expect(fits('Dataset', 'Zip')).toBe(true)
    expect(fits('UntrainedModel', 'TrainedModel')).toBe(false)
  })

  it('finds the key that a record spells otherwise', () => {
    expect(keyFor({ 'Data Set1': 1 }, 'data_set1')).toBe('Data Set1')
    expect(keyFor({ other: 1 }, 'data_set1')).toBeUndefined()
  })
})

describe('wires', () => {
  it('are those of the modules, by any spelling', () => {
    const found = wires(DOC, catalogue).map((wire) => `${wire.from}.${wire.output?.name ?? '?'} → ${wire.to}.${wire.input?.name ?? '?'}`)
    expect(found).toEqual([
      'learn.untrained_model → train.untrained_model',
      'split.results_dataset2 → train.dataset',
      'data.dataset → split.dataset',
      'split.results_dataset1 → odd.?',
    ])
  })

  it('put every node after what feeds it', () => {
    expect(ordered(DOC)).toEqual(['learn', 'data', 'split', 'train', 'odd'])
    const circle = read('bottega: 1\nnodes: {a: {module: m, inputs: {x: b}}, b: {module: m, inputs: {x: a}}, c: {module: m}}')
    expect(ordered(circle)).toEqual(['c', 'a', 'b'])
    expect(reaches(circle, 'a', 'a')).toBe(true)
  })
})

describe('a new edge', () => {
  it('is refused with a reason', () => {
    const rest = place('split', 'outputs', 'results_dataset2')
    expect(refusal(DOC, rest, place('split', 'inputs', 'dataset'))).toBe('same-node')
    expect(refusal(DOC, rest, place('train', 'inputs', 'untrained_model'))).toBe('type')
    const backwards = read('bottega: 1\nnodes: {one: {module: split-data, inputs: {dataset: two}}, two: {module: split-data}}')
    const port = findPort(catalogue.find('split-data')?.outputs ?? [], 'results_dataset1')
    const input = findPort(catalogue.find('split-data')?.inputs ?? [], 'dataset')
    if (!port || !input) throw new Error('no ports')
    expect(refusal(backwards, { node: 'one', port }, { node: 'two', port: input })).toBe('circle')
    expect(refusal(backwards, { node: 'two', port }, { node: 'one', port: input })).toBeNull()
  })

  it('goes to free ports first', () => {
    const grown = { ...DOC, nodes: { ...DOC.nodes, csv: { module: 'to-csv', inputs: {}, parameters: {}, comment: '', pinned: '' } } }
    expect(names(targetsOf(grown, place('data', 'outputs', 'dataset'), catalogue))[0]).toBe('csv.dataset')
    expect(names(sourcesOf(DOC, place('train', 'inputs', 'untrained_model'), catalogue))).toEqual(['learn.untrained_model', 'data.dataset'])
  })
})
