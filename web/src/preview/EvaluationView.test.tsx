// @vitest-environment jsdom
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'

import type { EvaluatedDataset } from '../api/outputs'
import { EvaluationView } from './EvaluationView'

const NOTHING: EvaluatedDataset = {
  title: 'Scored dataset',
  node: 'score',
  port: 'scored_dataset',
  rows: 6,
  metrics: {},
  positives: null,
  negatives: null,
  positive_label: null,
  negative_label: null,
  thresholds: [],
  true_positives: [],
  false_positives: [],
  points: [],
  residuals: null,
  classes: [],
  confusion: [],
  others: 0,
  parts: [],
}

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

/** Nothing here has a size, nor changes it. */
class Unmoved {
  observe = vi.fn()
  disconnect = vi.fn()
  unobserve = vi.fn()
}

function show(task: string, datasets: EvaluatedDataset[]) {
  vi.stubGlobal('ResizeObserver', Unmoved)
  vi.stubGlobal(
    'fetch',
    vi.fn(() => Promise.resolve(Response.json({ task, datasets }))),
  )
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={new QueryClient()}>
        <EvaluationView place={{ run: 'r', node: 'evaluate', port: 'evaluation_results' }} />
      </QueryClientProvider>
    </I18nProvider>,
  )
}

function cells(table: HTMLElement): string[][] {
  return within(table)
    .getAllByRole('row')
    .map((row) => Array.from(row.children, (cell) => cell.textContent))
}

it('shows which classes are taken for which', async () => {
  const metrics = { 'Overall accuracy': 0.75 }
  show('multi-class', [{ ...NOTHING, metrics, classes: ['', 'ß'], confusion: [[3, 1], [0, 2]], others: 4 }])
  const [matrix, measures] = await screen.findAllByRole('table')
  if (!matrix || !measures) throw new Error('there are two tables')
  expect(cells(matrix)).toEqual([
    ['Actual \\ Predicted', 'empty text', 'ß'],
    ['empty text', '3', '1'],
    ['ß', '0', '2'],
  ])
  expect(within(matrix).getByText('3').title).toBe('75%')
  expect(screen.getByText('4 rows of rarer values are left out.')).toBeTruthy()
  expect(cells(measures)).toContainEqual(['Overall accuracy', '0.75'])
})

it('shows two models beside each other', async () => {
  const one = { ...NOTHING, metrics: { 'Overall accuracy': 1 }, classes: ['a'], confusion: [[6]] }
  show('multi-class', [one, { ...one, node: 'other' }])
  const matrices = await screen.findAllByRole('group', { name: /^(score|other)$/ })
  expect(matrices.map((matrix) => matrix.getAttribute('aria-label'))).toEqual(['score', 'other'])
})

it('shows what was measured of each cluster', async () => {
  const line = (name: string, points: number, reach: number | null) => ({
    'Result Description': name,
    'Number of Points': points,
    'Average Distance to Other Center': reach,
  })
  const parts = [line('Evaluation For Cluster No.0', 6, null)]
  show('clustering', [{ ...NOTHING, metrics: line('Combined Evaluation', 6, 1.5), parts }])
  expect(cells(await screen.findByRole('table'))).toEqual([
    ['Result Description', 'Number of Points', 'Average Distance to Other Center'],
    ['Combined Evaluation', '6', '1.5'],
    ['Evaluation For Cluster No.0', '6', '–'],
  ])
})

const TWO_CLASS: EvaluatedDataset = {
  ...NOTHING,
  positives: 2,
  negatives: 1,
  thresholds: [0.9, 0.5],
  true_positives: [1, 2],
  false_positives: [0, 1],
}

it('takes a row for positive above the threshold, as the scored labels do', async () => {
  show('two-class', [TWO_CLASS])
  const [matrix] = await screen.findAllByRole('table')
  if (!matrix) throw new Error('there is a matrix')
  expect(cells(matrix).slice(1)).toEqual([
    ['Actual positive', '1true positives', '1false negatives'],
    ['Actual negative', '0false positives', '1true negatives'],
  ])
})

it('tells why one class alone has no curve', async () => {
  show('two-class', [{ ...TWO_CLASS, negatives: 0, false_positives: [0, 0] }])
  expect(await screen.findByText('All rows are positive; a curve needs rows of both classes.')).toBeTruthy()
  cleanup()
  show('two-class', [TWO_CLASS, { ...TWO_CLASS, node: 'other', positives: 0, true_positives: [0, 0] }])
  expect(await screen.findByText('other: No row is positive; a curve needs rows of both classes.')).toBeTruthy()
})

it('shows two outputs of one node beside each other', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  show('two-class', [TWO_CLASS, TWO_CLASS])
  expect(await screen.findAllByRole('figure')).toHaveLength(2)
  expect(complaints).not.toHaveBeenCalled()
  complaints.mockRestore()
})
