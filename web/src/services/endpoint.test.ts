import { describe, expect, it } from 'vitest'

import { refusal } from './endpoint'

describe('errors of the old API', () => {
  it('tells the code, the message and the places', () => {
    const details = [{ code: 'InputParseError', target: 'input1', message: 'Row 2 is no number.' }, { code: 'X', message: 'It is wrong.' }]
    const error = refusal(400, JSON.stringify({ error: { code: 'BadArgument', message: 'It is wrong.', details } }))
    expect(error).toMatchObject({ status: 400, code: 'BadArgument', message: 'It is wrong.' })
    expect(error.details).toEqual([{ path: 'input1', message: 'Row 2 is no number.' }])
  })

  it('says the status of what has no words', () => {
    expect(refusal(502, '<html>').message).toBe('The server answered 502.')
  })
})
