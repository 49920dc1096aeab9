import { describe, expect, it } from 'vitest'

import { compact } from './signatures'

const label = '(by: str | int, *rest: object, how: Literal["a, b"] = "a", last) -> Frame'
const parameters = ['by: str | int', '*rest: object', 'how: Literal["a, b"] = "a"', 'last'].map((text) => ({
  start: label.indexOf(text),
  end: label.indexOf(text) + text.length,
}))
const shown = (active: number) => compact({ label, parameters, active, help: '' })

describe('compact', () => {
  it('has all names, and the type of the active parameter alone', () => {
    expect(shown(0)).toEqual({ before: '(', name: 'by', after: ', *rest, how, last)', detail: 'by: str | int' })
    expect(shown(2)).toEqual({ before: '(by, *rest, ', name: 'how', after: ', last)', detail: 'how: Literal["a, b"] = "a"' })
    expect(shown(3)).toEqual({ before: '(by, *rest, how, ', name: 'last', after: ')', detail: '' })
  })

  it('has no active one where the place is at none', () => {
    expect(shown(-1)).toEqual({ before: '(', name: '', after: 'by, *rest, how, last)', detail: '' })
    expect(compact({ label: '()', parameters: [], active: -1, help: '' })).toEqual({ before: '(', name: '', after: ')', detail: '' })
  })
})
