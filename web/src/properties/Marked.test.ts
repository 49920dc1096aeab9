import { expect, it } from 'vitest'

import { partsOf } from './Marked'

it('tells code from words', () => {
  expect(partsOf('a name of `bottega environment list`')).toEqual([
    { words: 'a name of ', isCode: false },
    { words: 'bottega environment list', isCode: true },
  ])
  expect(partsOf('`a` b ` c')).toEqual([{ words: 'a', isCode: true }, { words: ' b ` c', isCode: false }])
  expect(partsOf('')).toEqual([])
})
