import { describe, expect, it } from 'vitest'

import type { Dataset } from '../api/datasets'
import { arranged, type Sorting } from './sorting'

const dataset = (name: string, rows: number | null, columns: string[] = []): Dataset => ({
  id: name,
  name,
  family: name,
  version: 1,
  description: '',
  source: `${name}.csv`,
  kind: 'dataset',
  experiment: null,
  created: 0,
  output: { port: 'dataset', type: 'DataTable', digest: '', size: 10, rows, columns: columns.map((each) => ({ name: each, type: 'String', role: 'feature' })), described: null },
})
const datasets = [dataset('b10', 5, ['Age']), dataset('B9', 7), dataset('a', null)]
const names = (search: string, column: Sorting['column'], direction: Sorting['direction'] = 'ascending') =>
  arranged(datasets, (each) => each, search, { column, direction }).map((each) => each.name)

describe('lists of datasets', () => {
  it('counts numbers in names as numbers and capitals as small letters', () => {
    expect(names('', 'name')).toEqual(['a', 'B9', 'b10'])
  })

  it('sorts by number both ways, and equal ones by name', () => {
    expect(names('', 'rows', 'descending')).toEqual(['B9', 'b10', 'a'])
    expect(names('', 'size', 'descending')).toEqual(['a', 'B9', 'b10'])
  })

  it('finds every word, in columns too', () => {
    expect(names('age B1', 'name')).toEqual(['b10'])
    expect(names('age B9', 'name')).toEqual([])
  })
})
