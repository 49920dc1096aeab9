import { describe, expect, it } from 'vitest'

import type { Plain } from '../document/types'
import { type Columns, namesOf, parse, plain, ranges, selected, unquoted } from './columns'

const KNOWN = [
  { name: 'id', type: 'Integer', role: 'none' },
  { name: 'age', type: 'Double', role: 'feature' },
  { name: 'town', type: 'String', role: 'feature' },
  { name: 'kind', type: 'Categorical String', role: 'feature' },
  { name: 'sick', type: 'Boolean', role: 'label' },
]
function sound(value: Plain | undefined): Columns {
  const columns = parse(value)
  if (!columns) throw new Error('no selection')
  return columns
}
const chosen = (value: Parameters<typeof parse>[0]) => selected(sound(value), KNOWN).map(({ name }) => name)

describe('a selection of columns', () => {
  it.each<[Plain, string[]]>([
    ['All', ['id', 'age', 'town', 'kind', 'sick']],
    ['None', []],
    ['NumericAll', ['id', 'age']],
    ['CategoricalAll', ['kind']],
    ['StringFeature', ['town']],
    ['age', ['age']],
    [['sick', 'age'], ['age', 'sick']],
    [{ begin: 'all columns', rules: [{ exclude: { names: 'id' } }, { exclude: { indices: '2-3' } }] }, ['kind', 'sick']],
    [{ rules: [{ include: ['sick', 'age'] }, { include: { types: ['Double'] } }], keep: true }, ['sick', 'age', 'age']],
    [{ rules: [{ include: { roles: ['label'], indices: 1 } }] }, ['id', 'sick']],
    [{ rules: [{ include: { indices: '4-99' } }] }, ['kind', 'sick']],
  ])('%j', (value, names) => {
    expect(chosen(value)).toEqual(names)
  })

  it.each<Plain>(['All', 'None', 'NumericAll', 'StringFeature', ['a', 'b'], { begin: 'all columns', rules: [{ exclude: { names: ['a'], types: ['String'] } }], keep: true }])(
    'is written as it was read: %j',
    (value) => {
      expect(plain(sound(value))).toEqual(value)
    },
  )

  it('is none for what cannot be one', () => {
    const odd: Plain[] = [true, { rule: [] }, { rules: [{ take: 'a' }] }, { rules: ['a'] }]
    for (const value of odd) expect(parse(value)).toBeNull()
  })

  it('is names alone, or not', () => {
    expect(namesOf(sound(['a', 'b']))).toEqual(['a', 'b'])
    expect(namesOf(sound('All'))).toBeNull()
    expect(namesOf(sound(undefined))).toEqual([])
  })
})

it('reads places and ranges', () => {
  expect(ranges('1-3, 7')).toEqual([[1, 3], [7, 7]])
  for (const text of ['0', '3-1', 'a', '1-']) expect(ranges(text)).toBeNull()
})

it('reads names with commas in quotes', () => {
  expect(unquoted('a, "b, c" , "d""e"')).toEqual(['a', 'b, c', 'd"e'])
})
