import { describe, expect, it } from 'vitest'

import type { Form } from '../api/services'
import { emptyDraft, read, requestOf } from './call'
import { RowsError } from './rows'

const field = (name: string) => ({ name, type: 'Integer', known: true, categories: [] })
const form: Form = {
  answers: true,
  api: '/a',
  execute: '/a/execute',
  help: '/h',
  inputs: [{ name: 'input1', fields: [field('age'), field('rooms')], samples: [['40', null], ['1', '2']], real: true }],
  outputs: [],
  parameters: [],
}

describe('a call', () => {
  it('begins with the first sample', () => {
    expect(requestOf(form, emptyDraft(form))).toEqual({
      Inputs: { input1: { ColumnNames: ['age', 'rooms'], Values: [['40', null]] } },
      GlobalParameters: {},
    })
  })

  it('sends rows of text in place of the boxes', () => {
    const draft = { inputs: { input1: { cells: ['1', '2'], text: 'rooms,age\n3,\n' } }, parameters: {} }
    expect(requestOf(form, draft).Inputs.input1).toEqual({ ColumnNames: ['rooms', 'age'], Values: [['3', null]] })
    draft.inputs.input1.text = 'rooms\n1,2'
    expect(() => requestOf(form, draft)).toThrow(RowsError)
  })

  it('gives only parameters that are filled in', () => {
    const draft = { inputs: {}, parameters: { rate: '0.5', name: '' } }
    expect(requestOf(form, draft).GlobalParameters).toEqual({ rate: '0.5' })
  })

  it('reads tables', () => {
    const table = { ColumnNames: ['age'], ColumnTypes: ['Int32'], Values: [['40'], [null]] }
    expect(read(true, JSON.stringify({ Results: { output1: { type: 'table', value: table } } }))).toEqual({
      ok: true,
      outputs: [{ name: 'output1', table: { columns: ['age'], types: ['Int32'], values: [['40'], [null]] } }],
    })
  })

  it('reads errors, without what is said twice', () => {
    const details = [{ code: '85', target: 'Script', message: 'Error 0085: no' }, { code: 'X', target: '', message: 'It failed.' }]
    expect(read(false, JSON.stringify({ error: { code: 'ModuleExecutionError', message: 'It failed.', details } }))).toEqual({
      ok: false,
      code: 'ModuleExecutionError',
      message: 'It failed.',
      details: [{ code: '85', target: 'Script', message: 'Error 0085: no' }],
    })
    expect(read(false, '<html>')).toEqual({ ok: false, code: '', message: '', details: [] })
  })
})
