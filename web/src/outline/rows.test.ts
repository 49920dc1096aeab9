import { expect, it } from 'vitest'

import { read } from '../document/reading'
import { catalogue } from '../document/samples'
import { outline } from './rows'

it('lists nodes by their flow, with what their ports are wired to', () => {
  const document = read('bottega: 1\nnodes: {s: {module: split-data, inputs: {dataset: d}}, d: {dataset: x}, t: {module: train-model, inputs: {dataset: s}}}')
  const rows = outline(document, catalogue)
  expect(rows.map(({ id }) => id)).toEqual(['d', 's', 't'])
  expect(rows[1]?.inputs[0]?.ends).toEqual([{ node: 'd', port: 'dataset' }])
  expect(rows[1]?.outputs.map(({ ends }) => ends)).toEqual([[{ node: 't', port: 'dataset' }], []])
  expect(rows[2]?.inputs[0]?.ends).toEqual([])
})
