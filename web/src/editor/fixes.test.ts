// @vitest-environment jsdom
import { history, undo } from '@codemirror/commands'
import { Text } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { describe, expect, it } from 'vitest'

import type { ScriptEdit, ScriptProblem } from '../api/language'
import { applyEdits, changesFor, problemsAt, safeCount, safeEdits } from './fixes'

const doc = Text.of(['import numpy as np', 'a = x.as_matrix()', 'b = np.float(a)'])
const edit = (line: number, column: number, end: number, text: string): ScriptEdit => ({ line, column, end_line: line, end_column: end, text })
const problem = (line: number, column: number, end: number, ...fixes: ScriptProblem['fixes']): ScriptProblem => ({
  line, column, end_line: line, end_column: end, severity: 'warning', message: 'It is gone.', code: 'removed-name', unnecessary: false, fixes,
})
const matrix = { title: 'Write .to_numpy()', safe: true, edits: [edit(2, 6, 15, 'to_numpy')] }
const float = { title: 'Write float', safe: true, edits: [edit(3, 4, 12, 'float')] }
const opened = (text: Text) => new EditorView({ doc: text, extensions: [history()] })

describe('changesFor', () => {
  it('finds its place in the text that it was asked about', () =>
    expect(changesFor(doc, doc, matrix.edits)).toEqual([{ from: 25, to: 34, insert: 'to_numpy' }]))

  it('moves with what was written before it', () => {
    const now = Text.of(['import pandas as pd', ...doc.toString().split('\n')])
    expect(changesFor(doc, now, matrix.edits)).toEqual([{ from: 45, to: 54, insert: 'to_numpy' }])
  })

  it('is none where its place was changed', () => {
    const now = Text.of([doc.line(1).text, 'a = x.as_mat()', doc.line(3).text])
    expect(changesFor(doc, now, matrix.edits)).toBeNull()
  })
})

describe('applyEdits', () => {
  it('makes one change, which undo takes back', () => {
    const view = opened(doc)
    expect(applyEdits(view, doc, [...matrix.edits, ...float.edits])).toBe(true)
    expect(view.state.doc.toString()).toBe('import numpy as np\na = x.to_numpy()\nb = float(a)')
    undo(view)
    expect(view.state.doc.eq(doc)).toBe(true)
    view.destroy()
  })

  it('leaves alone what has changed meanwhile', () => {
    const view = opened(Text.of(['something else']))
    expect(applyEdits(view, doc, matrix.edits)).toBe(false)
    expect(view.state.doc.toString()).toBe('something else')
    view.destroy()
  })
})

describe('safeEdits', () => {
  it('takes the first safe fix of each problem, and no other', () => {
    const unsafe = { title: 'Write .iloc', safe: false, edits: [edit(1, 0, 6, 'x')] }
    const problems = [problem(2, 6, 15, unsafe, matrix), problem(3, 4, 12, float), problem(1, 0, 6, unsafe)]
    expect(safeEdits(problems, doc)).toEqual([...matrix.edits, ...float.edits])
    expect(safeCount(problems)).toBe(2)
  })

  it('takes none that meets another, and what two have in common once', () => {
    const bring = edit(1, 0, 0, 'import pandas as pd\n')
    const one = { title: 'one', safe: true, edits: [bring, edit(2, 4, 9, 'pd.a')] }
    const other = { title: 'other', safe: true, edits: [bring, edit(3, 4, 6, 'pd')] }
    const problems = [problem(2, 4, 9, one), problem(2, 6, 15, matrix), problem(3, 4, 6, other)]
    expect(safeEdits(problems, doc)).toEqual([...one.edits, edit(3, 4, 6, 'pd')])
  })
})

describe('problemsAt', () => {
  const problems = [problem(2, 6, 15, matrix), problem(2, 0, 1), problem(3, 4, 12, float)]
  it('is what is under the cursor', () => expect(problemsAt(problems, doc, 26)).toEqual([problems[0]]))
  it('is else what is in its line', () => expect(problemsAt(problems, doc, 22)).toEqual(problems.slice(0, 2)))
  it('is nothing elsewhere', () => expect(problemsAt(problems, doc, 0)).toEqual([]))
})
