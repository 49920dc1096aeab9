import { describe, expect, it } from 'vitest'

import { copied, looksCopied, pasted } from './clipboard'
import { read, Unreadable } from './reading'
import { NOTE_SIZE } from './types'
import { tree, yamlText } from './writing'

const TEXT = `\
bottega: 1
title: 2024
description: |
  Two
  lines
environment: classic
nodes:
  a:
    dataset: 007
  f:
    dataset: {file: data/people.csv}
    comment: yes
  b:
    module: Execute Python Script
    inputs: {dataset1: a, dataset2: f.dataset}
    parameters:
      script: |
        def azureml_main(frame):
            return frame
      seed: 123456789012345678901
      low: -.inf
      list: [1.5, true, null]
    pinned: 20260101-1/b
web_service:
  inputs:
    input1: b.dataset1
  parameters:
    rows: {sets: [b.count, b.other], default: 100}
    cut: {sets: b.x, required: true, description: Why}
notes:
  n: {text: Why, at: [1, -2.5]}
groups:
  Prepare it: [a, b]
layout:
  a: [1, 2]
`

describe('reading', () => {
  const experiment = read(TEXT)

  it('takes texts as they are written', () => {
    expect(experiment.title).toBe('2024')
    expect(experiment.nodes.a?.parameters).toEqual({ dataset: '007' })
    expect(experiment.nodes.f?.comment).toBe('yes')
  })

  it('keeps numbers that a browser cannot hold', () => {
    expect(experiment.nodes.b?.parameters).toMatchObject({ seed: '123456789012345678901', low: '-inf', list: [1.5, true, null] })
  })

  it('is the inverse of writing', () => {
    expect(read(JSON.stringify(tree(experiment)))).toEqual(experiment)
    expect(read(yamlText(tree(experiment)))).toEqual(experiment)
  })

  it('writes as a file is written', () => {
    const lines = yamlText(tree(experiment)).split('\n')
    for (const line of ['    inputs: {dataset1: a, dataset2: f.dataset}', '  a: [1, 2]', '      script: |', '  Prepare it: [a, b]']) {
      expect(lines).toContain(line)
    }
    expect(lines).toContain('    dataset: {file: data/people.csv}')
  })

  it('lets the first of equal keys count, and leaves out what is none', () => {
    const odd = read('bottega: 1\nnodes: {a: {module: x}, a: {module: y}, b: 3}\nlayout: {a: [1, b], z: [1, 2]}\nnotes: {n: {text: x}}')
    expect(odd.nodes.a?.module).toBe('x')
    expect(odd.nodes.b?.module).toBe('')
    expect([odd.layout, odd.notes]).toEqual([{}, {}])
  })

  it('gives notes their usual size', () => {
    expect(experiment.notes.n).toEqual({ text: 'Why', at: [1, -2.5], size: NOTE_SIZE })
  })

  it.each(['', '- 1', 'a: [', 'just words'])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(Unreadable)
  })

  it('is not misled by names that every object has', () => {
    const odd = read('bottega: 1\nnodes:\n  constructor: {module: x, inputs: {toString: constructor}}\nlayout: {valueOf: [1, 2]}')
    expect(odd.nodes.constructor).toMatchObject({ module: 'x' })
    expect(odd.layout).toEqual({})
  })
})

describe('the clipboard', () => {
  const experiment = read(TEXT)

  it('has the chosen nodes and the edges among them', () => {
    const part = read(copied(experiment, ['b', 'a'], ['n']))
    expect(part.nodes.b?.inputs).toEqual({ dataset1: 'a' })
    expect(part.nodes.b?.parameters).toEqual(experiment.nodes.b?.parameters)
    expect([Object.keys(part.notes), part.title, part.groups]).toEqual([['n'], '', { 'Prepare it': ['a', 'b'] }])
  })

  it('gives free ids, and its edges follow', () => {
    const found = pasted(experiment, copied(experiment, ['a', 'b']), () => [100, 100])
    expect(found?.ids).toEqual(['a2', 'b2'])
    expect(found?.experiment.nodes.b2?.inputs).toEqual({ dataset1: 'a2' })
    expect(found?.experiment.layout.a2).toEqual([100, 100])
    expect(found?.experiment.groups['Prepare it 2']).toEqual(['a2', 'b2'])
    expect(found?.experiment.nodes.a).toBe(experiment.nodes.a)
  })

  it('takes what somebody wrote in a chat', () => {
    const found = pasted(experiment, 'nodes:\n  split: {module: split-data, inputs: {dataset: a, x: nowhere}}', () => [0, 0])
    expect(found?.experiment.nodes.split?.inputs).toEqual({ dataset: 'a' })
    expect(pasted(experiment, 'nodes: {}', () => [0, 0])).toBeNull()
  })

  it('knows a text that cannot be nodes', () => {
    expect(looksCopied(copied(experiment, ['a']))).toBe(true)
    expect(looksCopied('select * from nodes')).toBe(false)
  })
})
