import { expect, it } from 'vitest'

import { depthOf } from './wrapping'

it.each([
  ['x', 0], ['    x', 4], ['\tx', 4], ['  \tx', 4], ['    ', 0], ['', 0], [`${' '.repeat(90)}x`, 24],
])('%j begins at %d', (line, depth) => expect(depthOf(line, 4)).toBe(depth))
