import { describe, expect, it } from 'vitest'

import { Catalogue, type Port } from '../document/catalogue'
import { catalogue } from '../document/samples'
import { fitting, folders, itemsOf, searched } from './items'

const items = itemsOf(catalogue, {
  datasets: [{ name: 'people', description: 'Who lives here' }],
  models: [{ name: 'best' }],
  transforms: [],
  samples: [{ name: 'iris', title: 'Flowers' }, { name: 'people', title: 'A sample of the same name' }],
})
const titles = (found: readonly { title: string }[]) => found.map(({ title }) => title)

describe('items', () => {
  it('are assets and modules; an asset hides a sample of its name', () => {
    expect(titles(items)).toEqual(['people', 'iris', 'best', 'split data', 'learner', 'train model', 'to csv'])
    expect(items[0]?.parameters).toEqual({ dataset: 'people' })
    expect(items[2]).toMatchObject({ module: 'saved-trained-model', parameters: { trained_model: 'best' } })
  })

  it('are found by all words, those in the title first', () => {
    expect(titles(searched(items, 'data sp'))).toEqual(['split data'])
    expect(titles(searched(items, 'lives'))).toEqual(['people'])
    expect(titles(searched(items, 'train'))[0]).toBe('train model')
    expect(searched(items, 'zzz')).toEqual([])
    expect(searched(items, ' ')).toHaveLength(items.length)
  })

  it('stand in folders of their categories', () => {
    const found = folders(items)
    expect(found.map(({ name }) => name)).toEqual(['Saved Datasets', 'Samples', 'Trained Models', 'Data', 'Machine Learning'])
    expect(found[3]?.folders[0]).toMatchObject({ name: 'Do', path: 'Data/Do' })
  })
})

describe('what fits a port', () => {
  const output = catalogue.find('split-data')?.outputs[0]
  const input = catalogue.find('train-model')?.inputs[0]

  it('takes its type, the usual first', () => {
    if (!output) throw new Error('no port')
    const found = fitting(items, { node: 'x', port: output, side: 'outputs' }, 'split-data', catalogue)
    expect(found.map(({ item, port }) => `${item.title}.${port?.name ?? ''}`)).toEqual(['train model.dataset', 'split data.dataset', 'to csv.dataset'])
  })

  it('takes what a new node needs before what it can do without, however usual', () => {
    if (!output) throw new Error('no port')
    const split = catalogue.find('split-data')
    if (!split) throw new Error('no module')
    const ports = (optional: Record<string, boolean>): Port[] => Object.entries(optional).map(([name, each]) => ({ ...output, name, optional: each }))
    const found = (optional: Record<string, boolean>) => {
      const join = { ...split, name: 'join', title: 'Join', former: [], inputs: ports(optional) }
      const usual = [{ module: 'split-data', port: output.name, next: 'join', input: 'table2', count: 9 }]
      const all = new Catalogue([split, join], usual)
      const asked = itemsOf(all, { datasets: [], models: [], transforms: [], samples: [] })
      return fitting(asked, { node: 'x', port: output, side: 'outputs' }, 'split-data', all)[0]
    }
    expect(found({ table1: false, table2: true })).toMatchObject({ port: { name: 'table1' }, count: 9 })
    expect(found({ table0: true, table1: false, table2: false })).toMatchObject({ port: { name: 'table1' } })
    expect(found({ table1: true, table2: true })).toMatchObject({ port: { name: 'table1' } })
  })

  it('gives its type', () => {
    if (!input) throw new Error('no port')
    const found = fitting(items, { node: 'x', port: input, side: 'inputs' }, 'train-model', catalogue)
    expect(titles(found.map(({ item }) => item))).toEqual(['people', 'iris', 'learner'])
  })

  it('is everything where there is no port', () => {
    expect(fitting(items, null, '', catalogue)).toHaveLength(items.length - 1) // a model's module is not in this catalogue
  })
})
