import { describe, expect, it } from 'vitest'

import type { EnvironmentSummary } from '../api/environments'
import { arranged } from './sorting'

const named = (name: string, python: string, size: number | null): EnvironmentSummary => ({
  name, python, size, digest: name, state: 'ready', kind: 'built', package_count: size ?? 0, compatibility: false, shipped: false, build: null,
})
const all = [named('b', '3.9.18', null), named('c', '3.12.1', 5), named('a', '3.11.7', 40)]
const names = (...given: Parameters<typeof arranged>) => arranged(...given).map(({ name }) => name)

describe('the list of environments', () => {
  it('is in order of names', () => expect(names(all, '', { column: 'name', direction: 'ascending' })).toEqual(['a', 'b', 'c']))
  it('knows that 3.12 is newer than 3.9', () => expect(names(all, '', { column: 'python', direction: 'descending' })).toEqual(['c', 'a', 'b']))
  it('has those of no size as the smallest', () => expect(names(all, '', { column: 'size', direction: 'ascending' })).toEqual(['b', 'c', 'a']))
  it('is searched by name and Python', () => expect(names(all, 'C 3.12', { column: 'name', direction: 'ascending' })).toEqual(['c']))
})
