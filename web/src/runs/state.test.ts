// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Run, Standing, Step } from '../api/runs'
import { editor } from '../document/store'
import { EMPTY } from '../document/types'
import { isActive, runStore } from './state'

const STEP: Step = {
  node: 'a', module: 'm', status: 'Failed', cached: false, seconds: 1, peak_memory: 0, started: 0, ended: 1, because: null,
  error: { code: '0085', type: 'ValueError', message: 'no', line: 3, traceback: '' }, notes: [], outputs: [], pictures: [],
}
const RUN: Run = {
  id: 'r1', experiment: 'e', title: 'T', status: 'Running', partial: false, targets: [], settings: [], started: 100, ended: null,
  interrupted: false, reason: null, running: [], steps: [], document: '',
}
const STANDING: Standing = { node: 'a', action: 'run', reason: 'it has not run yet', current: false, pinned: false, last: null, outputs: [] }

let asked: string[]
let answers: Record<string, unknown>
let number = 0
let experiment: string

/** A server of a few answers; a text is a stream of events. */
beforeEach(() => {
  experiment = `e${number++}`
  asked = []
  answers = { [`POST /v1/experiments/${experiment}/runs`]: RUN, [`GET /v1/experiments/${experiment}/nodes`]: [STANDING], 'GET /v1/runs/r1': { ...RUN, status: 'Failed', ended: 101 } }
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const question = `${init.method} ${path}`
    asked.push(question)
    const answer = answers[question]
    if (answer === undefined) return Promise.resolve(new Response('{"detail": "none"}', { status: 404 }))
    return Promise.resolve(typeof answer === 'string' ? new Response(answer) : Response.json(answer))
  })
  editor(experiment).setState({ status: 'ready', document: EMPTY, saved: EMPTY, etag: 'x' })
})
afterEach(() => vi.unstubAllGlobals())

const events = (...told: [string, unknown][]) => told.map(([name, data], id) => `id: ${id + 1}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('')

test('a run is begun once the document is saved, and followed to its end', async () => {
  answers['GET /v1/runs/r1/events'] = events(
    ['run-started', { run: 'r1', nodes: ['a', 'b'] }],
    ['node-started', { node: 'a', module: 'm' }],
    ['node-printed', { node: 'a', text: 'one\n' }],
    ['node-printed', { node: 'a', text: 'two\n' }],
    ['node-ended', { step: STEP }],
    ['run-ended', { run: 'r1', status: 'Failed', seconds: 1, reason: null }],
  )
  const flush = vi.fn(() => Promise.resolve(asked.push('saved')).then(() => 'y'))
  editor(experiment).setState({ flush })
  const store = runStore(experiment)
  await store.getState().start('a')
  expect(asked.slice(0, 2)).toEqual(['saved', `POST /v1/experiments/${experiment}/runs`])
  await vi.waitFor(() => expect(store.getState().run?.ended).toBe(101))
  const { printed, failed, done, total, isStarting } = store.getState()
  expect({ printed, failed, done, total, isStarting }).toEqual({ printed: { a: 'one\ntwo\n' }, failed: 'a', done: 1, total: 2, isStarting: false })
  expect(isActive(store.getState().run)).toBe(false)
})

test('what cannot be saved is not run', async () => {
  editor(experiment).setState({ flush: () => Promise.reject(new Error('conflict')) })
  const store = runStore(experiment)
  await expect(store.getState().start()).rejects.toThrow('conflict')
  expect(asked).toEqual([])
  expect(store.getState().isStarting).toBe(false)
})

test('a second run waits for the first', async () => {
  answers['GET /v1/runs/r1/events'] = events(['run-started', { run: 'r1', nodes: ['a'] }])
  editor(experiment).setState({ flush: () => Promise.resolve('x') })
  const store = runStore(experiment)
  await store.getState().start()
  await store.getState().start()
  expect(asked.filter((each) => each.startsWith('POST'))).toHaveLength(1)
})

test('nodes that stand as before are the same values', async () => {
  const store = runStore(experiment)
  await store.getState().refresh()
  const before = store.getState().nodes.a
  await store.getState().refresh()
  expect(before?.status).toBe('idle')
  expect(store.getState().nodes.a).toBe(before)
})

test('the snapshot of a run has what it gave, and does nothing', async () => {
  const store = runStore(experiment, { ...RUN, ended: 101, steps: [{ ...STEP, status: 'Finished', error: null }] })
  expect(store.getState().nodes.a?.status).toBe('finished')
  await expect(store.getState().start()).rejects.toThrow()
})
