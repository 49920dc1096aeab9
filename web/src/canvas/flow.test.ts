import { describe, expect, it } from 'vitest'

import { moveNodes, setParameter } from '../document/edits'
import { placed } from '../document/layout'
import { read } from '../document/reading'
import { catalogue } from '../document/samples'
import type { Experiment } from '../document/types'
import { flowEdges, flowNodes, type FlowNode, reframed } from './flow'

const DOC = read(`
bottega: 1
nodes:
  d: {dataset: iris}
  s: {module: split-data, inputs: {dataset: d}}
  t: {module: train-model, inputs: {dataset: s.rest}}
web_service: {inputs: {input1: s.dataset}, outputs: {output1: s}}
notes: {n: {text: x, at: [5, 5]}}
groups: {Both: [d, s]}
layout: {d: [0, 0], s: [0, 100], t: [0, 200]}
`)
const NONE = { selection: [], wires: [], notes: [], services: [] }
const drawn = (before: readonly FlowNode[], document: Experiment, selection: readonly string[] = []) =>
  flowNodes(before, document, placed(document), catalogue, { ...NONE, selection })
const same = (before: readonly FlowNode[], after: readonly FlowNode[]) => after.filter((each) => !before.includes(each)).map(({ id }) => id)

describe('nodes', () => {
  const before = drawn([], DOC)

  it('are everything that is on the canvas', () => {
    expect(before.map(({ id }) => id)).toEqual(['group/Both', 'note/n', 'service/inputs/input1', 'service/outputs/output1', 'd', 's', 't'])
  })

  it('are the same objects where nothing changed', () => {
    expect(same(before, drawn(before, DOC))).toEqual([])
    expect(same(before, drawn(before, setParameter(DOC, 't', 'p', 1)))).toEqual(['t'])
    expect(same(before, drawn(before, DOC, ['d']))).toEqual(['d'])
    expect(same(before, drawn(before, moveNodes(DOC, { t: [9, 9] })))).toEqual(['t'])
    expect(same(before, drawn(before, moveNodes(DOC, { d: [9, 9] })))).toEqual(['group/Both', 'd'])
  })

  it('keep what was measured', () => {
    const measured = before.map((each) => ({ ...each, measured: { width: 1, height: 2 } }))
    expect(drawn(measured, setParameter(DOC, 't', 'p', 1)).at(-1)?.measured).toEqual({ width: 1, height: 2 })
  })

  it('take their frame along', () => {
    const moved = before.map((each) => (each.id === 's' ? ({ ...each, position: { x: 500, y: 100 } }) : each))
    const [frame] = reframed(moved)
    expect([frame?.position.x, frame?.width]).toEqual([-20, 760])
    expect(same(moved, reframed(moved))).toEqual(['group/Both'])
  })
})

describe('edges', () => {
  const before = flowEdges([], DOC, catalogue, [], null)

  it('go between ports by their own names', () => {
    const found = before.find(({ id }) => id === 't.dataset')
    expect(found).toMatchObject({ source: 's', sourceHandle: 'out:results_dataset2', target: 't', targetHandle: 'in:dataset', className: '' })
  })

  it('tell what cannot be', () => {
    const odd = read('bottega: 1\nnodes: {a: {dataset: x}, b: {module: split-data, inputs: {nothing: a}}}')
    expect(flowEdges([], odd, catalogue, [], null)[0]?.className).toBe('wrong')
  })

  it('are the same objects where nothing changed', () => {
    const after = flowEdges(before, setParameter(DOC, 't', 'p', 1), catalogue, ['s.dataset'], null)
    expect(after.filter((each) => !before.includes(each)).map(({ id }) => id)).toEqual(['s.dataset'])
  })
})
