// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'

import { copyRange } from './copy'

const asked: URL[] = []

/** A server with one wide table, which tells 200,000 values at once. */
function answer(address: string): Response {
  const url = new URL(address, 'http://here')
  asked.push(url)
  const [limit, columns] = ['limit', 'columns'].map((name) => Number(url.searchParams.get(name))) as [number, number]
  if (limit * columns > 200_000) return Response.json({ detail: 'Too many values.', code: 'usage' }, { status: 400 })
  return Response.json({ rows: Array.from({ length: limit }, () => Array<number>(columns).fill(1)) })
}

afterEach(() => vi.unstubAllGlobals())

it('copies a wide block by pages that the server gives', async () => {
  const writeText = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve())
  vi.stubGlobal('fetch', (address: string) => Promise.resolve(answer(address)))
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  await copyRange('/v1/datasets/one', { top: 5, bottom: 54, left: 3, right: 8002 })
  expect(asked.map((url) => [url.searchParams.get('offset'), url.searchParams.get('limit')])).toEqual([
    ['5', '25'],
    ['30', '25'],
  ])
  expect(writeText.mock.calls[0]?.[0].split('\n')).toHaveLength(50)
})
