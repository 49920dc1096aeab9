// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Run } from '../api/runs'
import type { SetUp } from '../api/services'
import { editor } from '../document/store'
import { EMPTY } from '../document/types'
import { isNotWhole, publishFrom, RunFailed, type Stage } from './publishing'

interface Asked {
  requests: [path: string, body: unknown][]
  run: unknown
}

const asked = vi.hoisted((): Asked => ({ requests: [], run: null }))

vi.mock('../api/client', async (original) => ({
  ...(await original<object>()),
  api: (path: string, { body }: { body?: unknown } = {}) => {
    asked.requests.push([path, body])
    if (path.endsWith('/set-up')) return Promise.resolve({ ...proposal(true), experiment: 'made' })
    if (path.endsWith('/runs')) return Promise.resolve({ id: 'r1' })
    return Promise.resolve(path.startsWith('/v1/runs/') ? asked.run : { version: 1 })
  },
}))

function proposal(another: boolean): SetUp {
  const saved = another ? [{ node: 'train', name: 'M', kind: 'trained model', is_new: true }] : []
  const document = 'bottega: 1\nnodes: {score: {module: score-model}}\nweb_service: {outputs: {output1: score}}\n'
  const change = { kind: 'web service output', node: null, subject: 'output1', before: null, after: 'score', detail: [] }
  return { document, changes: [change], saved, notes: [], experiment: null }
}

const told = (fields: Partial<Run>) => ({ id: 'r1', status: 'Finished', ended: 1, reason: null, steps: [{ node: 'score', error: null }], ...fields })

it('a run in part is no run of the whole', () => {
  const run = (partial: boolean) => ({ ...told({}), partial }) as Run
  expect([null, run(true), run(false)].map(isNotWhole)).toEqual([true, true, false])
})

async function publish(another: boolean): Promise<{ stages: Stage[]; experiment: string }> {
  const stages: Stage[] = []
  const { experiment } = await publishFrom({
    experiment: 'e1', proposal: proposal(another), asked: { kind: 'predictive' }, wish: { name: 'S' }, label: 'Set up', onStage: (stage) => stages.push(stage),
  })
  return { stages, experiment }
}

describe('publishing', () => {
  beforeEach(() => {
    asked.requests.length = 0
    asked.run = told({})
  })

  it('makes, runs and publishes another experiment where a model was learned', async () => {
    const { stages, experiment } = await publish(true)
    expect(experiment).toBe('made')
    expect(asked.requests).toEqual([
      ['/v1/experiments/e1/set-up', { kind: 'predictive', save: true }],
      ['/v1/experiments/made/runs', {}],
      ['/v1/runs/r1', undefined],
      ['/v1/services', { experiment: 'made', name: 'S' }],
    ])
    expect(stages.map((stage) => stage.what)).toEqual(['saving', 'running', 'running', 'publishing'])
    expect(stages[2]).toEqual({ what: 'running', done: 1, total: 1 })
  })

  it('tells the node that failed, and publishes nothing', async () => {
    asked.run = told({ status: 'Failed', steps: [{ node: 'score', error: { message: 'no such column' } }] as Run['steps'] })
    const failing = publish(true)
    await expect(failing).rejects.toBeInstanceOf(RunFailed)
    await expect(failing).rejects.toThrow('score: no such column')
    expect(asked.requests.some(([path]) => path === '/v1/services')).toBe(false)
  })

  it('completes the experiment itself where nothing was learned, as an edit that can be undone', async () => {
    const flush = vi.fn(() => Promise.resolve('etag'))
    const service = { inputs: {}, outputs: {}, parameters: {} }
    editor('e1').setState({ document: { ...EMPTY, title: 'Mine', service }, status: 'ready', flush })
    const { experiment } = await publish(false)
    expect(experiment).toBe('e1')
    expect(editor('e1').getState().document).toMatchObject({ title: 'Mine', service: { outputs: { output1: 'score' } } })
    expect(editor('e1').getState().undo()).toBe('Set up')
    expect(flush).toHaveBeenCalled()
    expect(asked.requests.at(-1)).toEqual(['/v1/services', { experiment: 'e1', name: 'S' }])
  })
})
