// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Run, Step } from '../api/runs'
import { editor } from '../document/store'
import { EMPTY } from '../document/types'
import { Runner } from './runner'

const STEP: Step = {
  node: 'a', module: 'm', status: 'Failed', cached: false, seconds: 1, peak_memory: 0, started: 0, ended: 1, because: null,
  error: { code: '0085', type: 'ValueError', message: 'no', line: 3, traceback: '' }, notes: [], outputs: [], pictures: [],
}
const OLD: Run = {
  id: 'r0', experiment: 'e', title: 'T', status: 'Finished', partial: false, targets: [], settings: [], started: 1, ended: 2,
  interrupted: false, reason: null, running: [], steps: [], document: '',
}
const RUN: Run = { ...OLD, id: 'r1', status: 'Running', started: 100, ended: null }
const OVER: Run = { ...RUN, status: 'Failed', ended: 101, steps: [STEP] }
const LOOK = 8_000

let number = 0
let experiment: string
let runner: Runner
let asked: string[]
/** What the server answers: data, a failure by its number, or what an answer waits for. */
let server: Record<string, unknown>
let streams: ReadableStreamDefaultController<Uint8Array>[]

beforeEach(() => {
  vi.useFakeTimers()
  experiment = `runner${number++}`
  asked = []
  streams = []
  server = { newest: [OLD], nodes: [], start: RUN, r0: OLD, r1: RUN, events: 'stream' }
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const what = nameOf(path, init.method)
    asked.push(what)
    const answer: unknown = await server[what]
    if (typeof answer === 'number') return new Response('{"detail": "no"}', { status: answer })
    return answer === 'stream' ? new Response(new ReadableStream<Uint8Array>({ start: (stream) => void streams.push(stream) })) : Response.json(answer)
  })
  editor(experiment).setState({ status: 'ready', document: EMPTY, saved: EMPTY, etag: 'x', flush: () => Promise.resolve('x') })
  runner = new Runner(experiment)
})
afterEach(() => {
  runner.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function nameOf(path: string, method: string | undefined): string {
  if (method === 'POST') return 'start'
  if (path.startsWith('/v1/runs?')) return 'newest'
  return path.split('/').at(-1) ?? ''
}

const state = () => runner.store.getState()
const shown = () => [state().run?.id, state().run?.status]
const wait = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
let last = 0
const tell = (stream: number, name: string, data: unknown) =>
  streams[stream]?.enqueue(new TextEncoder().encode(`id: ${++last}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`))

/** An answer that comes when it is told to. */
function late(): (data: unknown) => void {
  let give: (data: unknown) => void = () => undefined
  server.newest = new Promise((resolve) => (give = resolve))
  return give
}

/** A run that was begun here and is followed. */
async function begun(): Promise<void> {
  runner.open()
  await wait()
  server.newest = [RUN]
  await state().start()
  tell(0, 'run-started', { run: 'r1', nodes: ['a'] })
  await wait()
}

test('a run that ended while another page was shown has ended', async () => {
  await begun()
  runner.close()
  server.newest = [OVER]
  server.r1 = OVER
  server.nodes = [{ node: 'a', action: 'run', reason: 'x', current: false, pinned: false, last: null, outputs: [] }]
  runner.open()
  await wait()
  expect(shown()).toEqual(['r1', 'Failed'])
  expect(state().nodes.a?.status).toBe('idle')
  expect(state().failed).toBe('a')
})

test('an end that the stream did not tell is found by looking', async () => {
  await begun()
  server.newest = [OVER]
  server.r1 = OVER
  await wait(LOOK)
  expect(shown()).toEqual(['r1', 'Failed'])
  asked = []
  await wait(LOOK)
  expect(asked).toEqual(['newest']) // nothing is asked anew of what is over
})

test('where events cannot be had the run is asked for once, and found again by looking', async () => {
  server.events = 403
  runner.open()
  await wait()
  await state().start()
  await wait()
  expect(asked.filter((each) => each === 'events' || each === 'r1')).toEqual(['events', 'r1'])
  expect(shown()).toEqual(['r1', 'Running'])
  server.newest = [RUN]
  server.events = 'stream'
  await wait(LOOK)
  tell(0, 'run-started', { run: 'r1', nodes: ['a', 'b'] })
  await wait()
  expect(state().total).toBe(2)
})

test('where events cannot be had of a run that is over, it is over', async () => {
  server.events = 404
  server.r1 = OVER
  runner.open()
  await wait()
  await state().start()
  await wait()
  expect(shown()).toEqual(['r1', 'Failed'])
})

test('what was looked for before a run was begun does not bring the old one back', async () => {
  const answer = late()
  runner.open()
  await state().start()
  answer([OLD])
  await wait()
  expect(shown()).toEqual(['r1', 'Running'])
})

test('a look that finds the own run first leaves it the own one', async () => {
  runner.open()
  await wait()
  let begin: (run: Run) => void = () => undefined
  server.start = new Promise<Run>((resolve) => (begin = resolve))
  server.newest = [RUN]
  const started = state().start()
  await wait(LOOK)
  expect(shown()).toEqual(['r0', 'Finished']) // not followed as somebody else's
  begin(RUN)
  await started
  tell(0, 'node-ended', { step: STEP })
  await wait()
  expect(state().failed).toBe('a')
  expect(asked.filter((each) => each === 'events')).toHaveLength(1)
})

test('a look that was begun before the end does not make the run go on', async () => {
  await begun()
  const answer = late()
  await wait(LOOK)
  server.r1 = OVER
  tell(0, 'run-ended', { run: 'r1', status: 'Failed', seconds: 1, reason: null })
  await wait()
  answer([RUN])
  await wait()
  expect(shown()).toEqual(['r1', 'Failed'])
})

test('what an older run tells is not taken for the newer one', async () => {
  await begun()
  server.newest = [{ ...RUN, id: 'r2' }]
  await wait(LOOK)
  expect(shown()).toEqual(['r2', 'Running'])
  tell(0, 'run-ended', { run: 'r1', status: 'Failed', seconds: 1, reason: null })
  await wait()
  expect(shown()).toEqual(['r2', 'Running'])
})

test('how nodes stand is asked again where nobody answered', async () => {
  server.nodes = 503
  runner.open()
  await wait()
  server.nodes = [{ node: 'a', action: 'run', reason: 'x', current: false, pinned: false, last: null, outputs: [] }]
  expect(state().nodes).toEqual({})
  await wait(LOOK)
  expect(state().nodes.a?.status).toBe('idle')
})
