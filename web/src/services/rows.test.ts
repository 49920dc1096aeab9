import { describe, expect, it } from 'vitest'

import { formatRows, parseRows, RowsError } from './rows'

const fault = (text: string) => {
  try {
    parseRows(text)
  } catch (error) {
    if (error instanceof RowsError) return error.fault
  }
  return null
}

describe('rows as text', () => {
  it('reads commas, quotes, line ends of both kinds and a mark at the begin', () => {
    expect(parseRows('\uFEFFname,"the ""age"""\r\nAnn,"4,\n2"\r\n\r\nBob,7')).toEqual({
      columns: ['name', 'the "age"'],
      values: [['Ann', '4,\n2'], ['Bob', '7']],
    })
  })

  it('takes tabs where the header has them and no comma', () => {
    expect(parseRows('a\tb\n1,5\t2').values).toEqual([['1,5', '2']])
  })

  it('tells a missing cell from an empty text', () => {
    expect(parseRows('a,b\n,""').values).toEqual([[null, '']])
    expect(parseRows('a\n""\n').values).toEqual([['']])
  })

  it('says what is wrong', () => {
    expect(fault('')).toEqual({ kind: 'empty' })
    expect(fault('a\n"b')).toEqual({ kind: 'quote' })
    expect(fault('a,b\n1,2\n3\n')).toEqual({ kind: 'width', row: 2, cells: 1, columns: 2 })
  })

  it('reads what it wrote', () => {
    const rows = { columns: ['a', 'b, c'], values: [['1', null], ['', 'x"y'], ['two\nlines', ' z ']] }
    expect(parseRows(formatRows(rows))).toEqual(rows)
  })
})
