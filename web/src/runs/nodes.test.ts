import { expect, test } from 'vitest'

import type { Standing, Step } from '../api/runs'
import { after, ended, standing, standings, stepped } from './nodes'

const LAST = { run: 'r1', status: 'Finished', cached: false, seconds: 2, started: 0, ended: 2, error: null, because: null }
const STANDING: Standing = { node: 'a', action: 'reuse', reason: 'nothing has changed', current: true, pinned: false, last: LAST, outputs: [] }
const OUTPUT = { port: 'out', type: 'DataTable', digest: 'd', size: 1, rows: 3, columns: [], described: null }
const STEP: Step = {
  node: 'a', module: 'm', status: 'Finished', cached: false, seconds: 1, peak_memory: 0, started: 0, ended: 1, error: null, because: null,
  notes: [], outputs: [OUTPUT], pictures: [],
}
const FAILURE = { code: '0085', type: 'ValueError', message: 'no', line: 3, traceback: '' }

test.each([
  ['what was computed and stands', {}, 'finished'],
  ['what was taken from an earlier run', { last: { ...LAST, cached: true } }, 'cached'],
  ['what only another experiment has run', { last: null }, 'cached'],
  ['what is pinned', { pinned: true }, 'cached'],
  ['what was changed since', { current: false, action: 'run' }, 'stale'],
  ['what returned by an undo after a failure', { last: { ...LAST, status: 'Failed', error: FAILURE } }, 'cached'],
  ['what failed', { current: false, last: { ...LAST, status: 'Failed', error: FAILURE } }, 'failed'],
  ['what was skipped', { current: false, last: { ...LAST, status: 'Skipped', because: 'b failed' } }, 'skipped'],
  ['what was canceled', { current: false, last: { ...LAST, status: 'Canceled' } }, 'canceled'],
  ['what never ran', { current: false, last: null }, 'idle'],
  ['what the workspace keeps', { last: null, outputs: [{ ...OUTPUT, source: '/v1/datasets/d' }] }, 'idle'],
  ['what another run gave', { last: null, outputs: [{ ...OUTPUT, source: '/v1/runs/r0/outputs/a/out' }] }, 'cached'],
] satisfies [string, Partial<Standing>, string][])('%s', (_, change, status) => {
  expect(standing({ ...STANDING, ...change }).status).toBe(status)
})

test('the line of a failure is that of the script', () => {
  const { error } = standing({ ...STANDING, current: false, last: { ...LAST, status: 'Failed', error: FAILURE } })
  expect(error).toEqual({ code: '0085', message: 'no', line: 3 })
})

test('an error is told with its kind', () => {
  const error = { ...FAILURE, type: 'KeyError', message: "'age'", traceback: "Traceback:\n  line\nKeyError: 'age'\n" }
  expect(stepped({ ...STEP, status: 'Failed', error }, 'r').error?.message).toBe("KeyError: 'age'")
})

test('a run goes on event by event', () => {
  const begun = after({}, [{ name: 'run-started', data: { run: 'r2', nodes: ['a', 'b'] } }], 'r2', 5)
  expect([begun.a?.status, begun.b?.status]).toEqual(['queued', 'queued'])
  const running = after(begun, [{ name: 'node-started', data: { node: 'a', module: 'm' } }], 'r2', 7)
  expect(running.a).toMatchObject({ status: 'running', since: 7 })
  const ended = after(running, [{ name: 'node-ended', data: { step: STEP } }], 'r2', 9)
  expect(ended.a).toMatchObject({ status: 'finished', seconds: 1, outputs: [{ source: '/v1/runs/r2/outputs/a/out' }] })
  const over = after(ended, [{ name: 'run-ended', data: { run: 'r2', status: 'Canceled', seconds: 1, reason: null } }], 'r2', 9)
  expect([over.a?.status, over.b?.status]).toEqual(['finished', 'canceled'])
})

test('what a node gave before can be looked at until it has ended anew', () => {
  const before = standings([{ ...STANDING, outputs: [{ ...OUTPUT, source: '/old' }] }])
  const running = after(before, [{ name: 'node-started', data: { node: 'a', module: 'm' } }], 'r2', 1)
  expect(running.a?.outputs[0]?.source).toBe('/old')
})

test('a step that was skipped tells because of whom', () => {
  expect(stepped({ ...STEP, status: 'Skipped', because: 'b failed', outputs: [] }, 'r')).toMatchObject({ status: 'skipped', why: 'b failed' })
})

test('a run that is told from its beginning once more does not set nodes back', () => {
  const started = { name: 'run-started', data: { run: 'r2', nodes: ['a', 'b'] } } as const
  const begun = { name: 'node-started', data: { node: 'a', module: 'm' } } as const
  const running = after({}, [{ ...started, data: { run: 'r2', nodes: ['a', 'b'] } }, begun], 'r2', 5)
  const again = after(running, [{ ...started, data: { run: 'r2', nodes: ['a', 'b'] } }], 'r2', 9)
  expect([again.a?.status, again.b?.status]).toEqual(['running', 'queued'])
  expect(after(again, [begun], 'r2', 9).a?.since).toBe(5)
  const next = after(again, [{ name: 'run-started', data: { run: 'r3', nodes: ['a'] } }], 'r3', 11)
  expect(next.a?.status).toBe('queued')
  expect(after(next, [begun], 'r3', 12).a?.since).toBe(12)
})

test('a node that waits again has not ended', () => {
  const was = { a: { status: 'running', outputs: [] }, b: { status: 'running', outputs: [] }, c: { status: 'queued', outputs: [] } } as const
  const now = { a: { status: 'queued', outputs: [] }, b: { status: 'canceled', outputs: [] }, c: { status: 'canceled', outputs: [] } } as const
  expect(ended(was, now)).toEqual([['b', now.b]])
})
