import { describe, expect, it } from 'vitest'

import type { ListedExperiment } from '../api/experiments'
import { copyTitle, sorted } from './sorting'

const experiment = (title: string, updated: number, started?: number) =>
  ({
    title, updated, run: started === undefined ? null : { id: 'r', status: 'Finished', started, ended: started, partial: false },
  }) as ListedExperiment

const list = [experiment('b 10', 1, 5), experiment('a', 3), experiment('b 9', 2, 9)]
const titles = (column: string, direction: 'ascending' | 'descending') => sorted(list, { column, direction }).map(({ title }) => title)

describe('sorted', () => {
  it('reads numbers in titles as numbers', () => expect(titles('title', 'ascending')).toEqual(['a', 'b 9', 'b 10']))
  it('has the last changed first', () => expect(titles('updated', 'descending')).toEqual(['a', 'b 9', 'b 10']))
  it('keeps what never ran at the end, both ways', () => {
    expect(titles('run', 'descending')).toEqual(['b 9', 'b 10', 'a'])
    expect(titles('run', 'ascending')).toEqual(['b 10', 'b 9', 'a'])
  })
})

describe('copyTitle', () => {
  it('finds a title that is free', () => {
    expect(copyTitle('Iris', [], 'copy')).toBe('Iris (copy)')
    expect(copyTitle('Iris', ['Iris (copy)', 'Iris (copy 2)'], 'copy')).toBe('Iris (copy 3)')
    expect(copyTitle('Iris (copy)', ['Iris (copy)'], 'copy')).toBe('Iris (copy 2)')
  })
})
