// @vitest-environment jsdom
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { type NodeState, runStore } from '../runs/state'
import PreviewPane from './PreviewPane'

const EXPERIMENT = 'income'
const start = vi.fn(() => Promise.resolve())

const model = (digest: string, run: string, learner: string) => ({
  port: 'trained_model',
  type: 'TrainedModel',
  digest,
  size: 10,
  rows: null,
  columns: null,
  described: { learner } as never, // the schema knows no free-form object
  source: `/v1/runs/${run}/outputs/train/trained_model`,
})

function stand(state: NodeState) {
  const outputs = (node: string, port: string) =>
    node === 'train' ? (state.outputs.find((each) => each.port === port) ?? null) : null
  runStore(EXPERIMENT).setState({ nodes: { train: state }, start, outputs })
}

function show() {
  return render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={new QueryClient()}>
        <PreviewPane experiment={EXPERIMENT} node="train" port="trained_model" />
      </QueryClientProvider>
    </I18nProvider>,
  )
}

beforeEach(() => {
  start.mockClear()
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(Response.json([]))),
  )
})

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

it('runs up to the node where there is nothing yet', () => {
  stand({ status: 'idle', outputs: [] })
  show()
  fireEvent.click(screen.getByRole('button', { name: 'Run to here' }))
  expect(start).toHaveBeenCalledWith('train')
})

it('says why there is nothing', () => {
  stand({ status: 'failed', error: { code: '0023', message: 'The label column has text.' }, outputs: [] })
  show()
  expect(screen.getByText('The label column has text.')).toBeDefined()
})

it('waits while the node runs', () => {
  stand({ status: 'running', outputs: [] })
  show()
  expect(screen.getByText('Running')).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Run to here' })).toBeNull()
})

it('shows a model, how it can be kept, and that it is of an older document', () => {
  stand({ status: 'stale', outputs: [model('d1', 'one', 'Linear <b>Regression</b>')] })
  show()
  expect(screen.getByText('Linear <b>Regression</b>')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Save as trained model' })).toBeDefined()
  expect(screen.getByText('Changed since')).toBeDefined()
})

it('takes the new result of another run', () => {
  stand({ status: 'finished', outputs: [model('d1', 'one', 'First')] })
  const { rerender } = show()
  stand({ status: 'finished', outputs: [model('d2', 'two', 'Second')] })
  rerender(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={new QueryClient()}>
        <PreviewPane experiment={EXPERIMENT} node="train" port="trained_model" />
      </QueryClientProvider>
    </I18nProvider>,
  )
  expect(screen.getByText('Second')).toBeDefined()
  expect(screen.queryByText('First')).toBeNull()
})
