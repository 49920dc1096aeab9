import { describe, expect, it } from 'vitest'

import { lineNow } from './failure'

const THEN = 'import a\n\ndef main():\n    wrong()\n    return 1\n'

describe('lineNow', () => {
  it.each([
    ['the same', THEN, 4],
    ['a line more above', `# new\n${THEN}`, 5],
    ['two lines fewer above', THEN.replace('import a\n\n', ''), 2],
    ['a change above', THEN.replace('import a', 'import b'), 4],
    ['a change below', THEN.replace('return 1', 'return 2'), 4],
    ['a line more right below', THEN.replace('wrong()\n', 'wrong()\n    more()\n'), 4],
    ['the line changed', THEN.replace('wrong', 'right'), null],
    ['the line longer', THEN.replace('wrong()', 'wrong() # yes'), null],
    ['the line gone', THEN.replace('    wrong()\n', ''), null],
    ['all gone', '', null],
  ])('%s', (_, now, line) => expect(lineNow(THEN, now, 4)).toBe(line))

  it('knows the first and the last line', () => {
    expect(lineNow('a\nb', 'a\nb\nc', 2)).toBe(2)
    expect(lineNow('a\nb', 'x\na\nb', 1)).toBe(2)
  })
})
