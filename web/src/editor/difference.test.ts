import { describe, expect, it } from 'vitest'

import { difference } from './difference'

const changed = (old: string, next: string) => {
  const change = difference(old, next)
  return change ? old.slice(0, change.from) + change.insert + old.slice(change.to) : old
}

describe('difference', () => {
  it.each([
    ['', 'a'], ['a', ''], ['abc', 'abc'], ['aaa', 'aa'], ['aa', 'aaa'], ['x = 1\ny', 'x = 12\ny'], ['abab', 'ab'], ['one two', 'two one'],
  ])('leads from %j to %j', (old, next) => expect(changed(old, next)).toBe(next))

  it('leaves alone what is the same', () => {
    expect(difference('def a():\n  pass\n', 'def a():\n  return 1\n')).toEqual({ from: 11, to: 15, insert: 'return 1' })
    expect(difference('same', 'same')).toBeNull()
  })
})
