import { expect, it } from 'vitest'

import { nameIn } from './files'

it.each([
  ['attachment; filename="rows.csv"', 'rows.csv'],
  ['attachment; filename=rows.csv', 'rows.csv'],
  ['attachment; filename="r.csv"; filename*=UTF-8\'\'r%C3%A9sum%C3%A9.csv', 'résumé.csv'],
  ['inline', null],
  [null, null],
])('the file name of %s is %s', (disposition, name) => {
  expect(nameIn(disposition)).toBe(name)
})
