import { describe, expect, it } from 'vitest'

import { scriptIn, told } from './useFailure'

describe('told', () => {
  const trace = (last: string) => `Traceback (most recent call last):\n  File "script.py", line 2\n${last}\n`

  it.each([
    ["'age'", trace("KeyError: 'age'"), "KeyError: 'age'"],
    ['The script defines no function.', undefined, 'The script defines no function.'],
    ['one line\nand another', trace('ValueError: one line\nand another'), 'one line\nand another'],
    ['', trace('AssertionError'), ''],
  ])('%j of %j', (message, traceback, words) => expect(told({ code: '0085', message, ...(traceback ? { traceback } : {}) })).toBe(words))
})

describe('scriptIn', () => {
  const document = 'bottega: 1\nnodes:\n  a:\n    module: execute-python-script\n    parameters:\n      Python script: x = 1\n'

  it('finds it under any of its names', () => expect(scriptIn(document, 'a', 'Python script')).toBe('x = 1'))

  it('finds none where there is none', () => {
    expect(scriptIn(document, 'b', 'Python script')).toBeUndefined()
    expect(scriptIn('no: [experiment', 'a', 'Python script')).toBeUndefined()
    expect(scriptIn(document.replace('x = 1', '{file: a.py}'), 'a', 'Python script')).toBeUndefined()
  })
})
