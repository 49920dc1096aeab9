import { beforeEach, expect, test, vi } from 'vitest'

import { request } from '../api/client'
import { patiently } from './late'

const listeners = vi.hoisted(() => new Set<() => void>())

vi.mock('../api/client', () => ({ request: vi.fn() }))
vi.mock('./connection', () => ({
  onReconnect: (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}))

const asked = vi.mocked(request)
const broken = new TypeError('Failed to fetch dynamically imported module')

beforeEach(() => {
  listeners.clear()
  asked.mockReset()
})

test('what is asked for while the server is gone comes when it is back', async () => {
  asked.mockRejectedValue(new Error('offline'))
  const load = vi.fn().mockRejectedValueOnce(broken).mockRejectedValueOnce(broken).mockRejectedValueOnce(broken).mockResolvedValue('pane')
  const loaded = patiently(load)
  for (let times = 1; times <= 3; times++) {
    await vi.waitFor(() => expect(listeners.size).toBe(1))
    expect(load).toHaveBeenCalledTimes(times)
    for (const each of [...listeners]) each()
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(times + 1))
  }
  expect(await loaded).toBe('pane')
  expect(listeners.size).toBe(0)
})

test('a server that was back before it was asked is tried once more', async () => {
  const load = vi.fn().mockRejectedValueOnce(broken).mockResolvedValue('pane')
  expect(await patiently(load)).toBe('pane')
})

test('a server that is there and has no such file any more is an error', async () => {
  const load = vi.fn().mockRejectedValue(broken)
  await expect(patiently(load)).rejects.toBe(broken)
  expect(load).toHaveBeenCalledTimes(2)
  expect(listeners.size).toBe(0)
})
