// @vitest-environment jsdom
import { expect, it } from 'vitest'

import { explained, shortened } from './markup'

it.each([
  ['by: str | ... omitted 7 union elements', 'by: str | …'],
  ['(how: Literal["a", ... omitted 3 literals] = "a", on: int | ... omitted 2 union elements = None)', '(how: Literal["a", …] = "a", on: int | … = None)'],
  ['no such words', 'no such words'],
])('shortens %j', (code, short) => expect(shortened(code)).toBe(short))

it('is text, whatever it holds', () => {
  const told = explained('<img src=x onerror=alert(1)>', '<b>help</b>')
  expect(told.querySelector('img, b')).toBeNull()
  expect(told.textContent).toBe('<img src=x onerror=alert(1)><b>help</b>')
})
