// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'

import { editor } from '../document/store'
import { EMPTY } from '../document/types'
import { tree } from '../document/writing'
import { restore } from './restore'

afterEach(() => vi.unstubAllGlobals())

test('what cannot be read is not restored, and says so', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"detail": "The server is busy."}', { status: 503 })))
  await expect(restore('lost', JSON.stringify(tree({ ...EMPTY, title: 'Then' })))).rejects.toThrow('The server is busy.')
  expect(editor('lost').getState().document).toBe(EMPTY)
})
