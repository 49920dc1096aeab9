import { afterEach, expect, test, vi } from 'vitest'

import { useConnection } from '../app/connection'
import { EventReader, follow, type RunEvent } from './follow'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const event = (id: number, name: string, data: unknown) => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const STARTED = event(1, 'run-started', { run: 'r', nodes: ['a'] })
const PRINTED = event(2, 'node-printed', { node: 'a', text: 'x: y\n' })
const ENDED = event(3, 'run-ended', { run: 'r', status: 'Finished', seconds: 1, reason: null })

test('events that come in pieces are read whole', () => {
  const reader = new EventReader()
  const text = `: alive\n\n${STARTED}${PRINTED}`
  const found = Array.from(text).flatMap((letter) => reader.read(letter))
  expect(found.map((each) => each.name)).toEqual(['run-started', 'node-printed'])
  expect(found[1]).toEqual({ name: 'node-printed', data: { node: 'a', text: 'x: y\n' } })
  expect(reader.last).toBe('2')
})

/** Texts are streams of events, numbers are failures. */
function answers(...bodies: (string | number)[]) {
  const asked: (string | null)[] = []
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    asked.push(new Headers(init.headers).get('last-event-id'))
    const body = bodies.shift()
    if (typeof body === 'number') return Promise.resolve(new Response('{"detail": "no"}', { status: body }))
    return body === undefined ? Promise.reject(new TypeError('gone')) : Promise.resolve(new Response(body))
  })
  return asked
}

test('after a break it goes on where it was', async () => {
  const asked = answers(STARTED + PRINTED, ENDED)
  const heard: RunEvent[] = []
  await follow('/v1/runs/r/events', (events) => heard.push(...events), new AbortController().signal)
  expect(heard.map((each) => each.name)).toEqual(['run-started', 'node-printed', 'run-ended'])
  expect(asked).toEqual([null, '2'])
})

test('a run that there is not ends it', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"detail": "none"}', { status: 404 })))
  await expect(follow('/v1/runs/r/events', () => undefined, new AbortController().signal)).rejects.toMatchObject({ status: 404 })
})

test.each([401, 408, 429, 500, 503])('a failure that passes (%i) does not end it', async (status) => {
  vi.useFakeTimers()
  const asked = answers(STARTED, status, status, ENDED)
  const heard: RunEvent[] = []
  const followed = follow('/v1/runs/r/events', (events) => heard.push(...events), new AbortController().signal)
  await vi.runAllTimersAsync()
  await followed
  expect(heard.map((each) => each.name)).toEqual(['run-started', 'run-ended'])
  expect(asked).toEqual([null, '1', '1', '1'])
})

test('whoever signs in again need not wait', async () => {
  vi.useFakeTimers()
  const asked = answers(401, ENDED)
  useConnection.setState({ isSignedOut: true })
  const followed = follow('/v1/runs/r/events', () => undefined, new AbortController().signal)
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveLength(1)
  useConnection.setState({ isSignedOut: false })
  await followed // no time has passed
  expect(asked).toHaveLength(2)
})
