import { expect, test } from 'vitest'

import type { Change } from '../api/runs'
import { changesByNode, isGiven, shown } from './changes'
import { difference } from './metrics'

const change = (kind: string, node: string | null): Change => ({ kind, node, subject: null, before: null, after: null, detail: [] })

test('changes stand together by node, moves are left out', () => {
  const groups = changesByNode([change('title', null), change('parameter', 'b'), change('input', 'a'), change('moved', 'c'), change('comment', 'b')])
  expect(groups.map(({ node, changes }) => [node, changes.length])).toEqual([[null, 1], ['b', 2], ['a', 1]])
})

test('values are shown as files have them', () => {
  expect([shown('a b'), shown(null), shown(0), shown(['x'])]).toEqual(['a b', '–', '0', '["x"]'])
})

test('a side of a change is left out where there was nothing', () => {
  expect([null, undefined, '', 0, false, 'a'].map(isGiven)).toEqual([false, false, false, true, true, true])
})

test('only numbers differ by something', () => {
  expect([difference(1, 3), difference(1, 1), difference(null, 1), difference('a', 'b')]).toEqual([2, 0, null, null])
})
