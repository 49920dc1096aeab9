import { afterEach, describe, expect, it, vi } from 'vitest'

import { read } from '../document/reading'
import { problemsOf } from './problems'

const told = { problems: [{ code: '0003', message: 'No input', node: 'a', port: 'dataset', parameter: null, line: null, severity: 'error' }] }
const { signal } = new AbortController()

afterEach(() => vi.unstubAllGlobals())

describe('problems', () => {
  it('are what the server finds, and none before there is anything', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(told), { headers: { 'content-type': 'application/json' } })))
    expect(await problemsOf('e1', read('bottega: 1\nnodes:\n  a:\n    module: to-csv\n'), signal)).toEqual(told.problems)
    expect(await problemsOf('e1', read('bottega: 1\nnodes: {}\n'), signal)).toEqual([])
  })
})
