// @vitest-environment jsdom
import { forEachDiagnostic, type Diagnostic } from '@codemirror/lint'
import { EditorView } from '@codemirror/view'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { ScriptProblem } from '../api/language'
import { Assistant } from './assistant'
import { fixAll, offersAtCursor, problems, reportOf } from './problems'

const SCRIPT = 'import rich\na = x.as_matrix()\nb = y.as_matrix()'
const matrix = (line: number): ScriptProblem => ({
  line, column: 6, end_line: line, end_column: 15, severity: 'warning', message: 'as_matrix() is gone.', code: 'removed-name', unnecessary: false,
  fixes: [{ title: 'Write .to_numpy()', safe: true, edits: [{ line, column: 6, end_line: line, end_column: 15, text: 'to_numpy' }] }],
})
const unresolved: ScriptProblem = {
  line: 1, column: 7, end_line: 1, end_column: 11, severity: 'error', message: 'No such module.', code: 'unresolved-import', unnecessary: false, fixes: [],
}
const advice = { explainImport: vi.fn(), convert: vi.fn() }
const assistant = new Assistant(() => undefined)
const asked = vi.spyOn(assistant, 'problems')
let view: EditorView

async function told(found: ScriptProblem[], python2 = false): Promise<Diagnostic[]> {
  asked.mockResolvedValue({ problems: found, python2 })
  view = new EditorView({ doc: SCRIPT, extensions: [problems(assistant, advice)] })
  await vi.advanceTimersByTimeAsync(1_000)
  const shown: Diagnostic[] = []
  forEachDiagnostic(view.state, (each) => shown.push(each))
  return shown
}

const act = (diagnostic: Diagnostic | undefined, name: string) => {
  const action = diagnostic?.actions?.find((each) => each.name === name)
  if (!diagnostic || !action) throw new Error(`no ${name}`)
  action.apply(view, diagnostic.from, diagnostic.to)
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  view.destroy()
  vi.useRealTimers()
  vi.resetAllMocks()
})

it('offers the fix of a problem, and asks anew once it is in', async () => {
  const [first] = await told([matrix(2), matrix(3)])
  act(first, 'Write .to_numpy()')
  expect(view.state.doc.line(2).text).toBe('a = x.to_numpy()')
  await vi.advanceTimersByTimeAsync(0)
  expect(asked).toHaveBeenCalledTimes(2)
  expect(asked).toHaveBeenLastCalledWith(view.state.doc)
})

it('fixes all that is safe at once', async () => {
  await told([matrix(2), matrix(3), unresolved])
  fixAll(view)
  expect(view.state.doc.toString()).toBe(SCRIPT.replaceAll('as_matrix', 'to_numpy'))
})

it('tells how a module can be had', async () => {
  const [first] = await told([unresolved])
  act(first, 'How to get it')
  expect(advice.explainImport).toHaveBeenCalledWith('rich')
})

it('knows a script of Python 2, and offers to convert it', async () => {
  const [first] = await told([{ ...unresolved, code: 'python2' }], true)
  expect(reportOf(view.state)?.isPython2).toBe(true)
  act(first, 'Convert to Python 3…')
  expect(advice.convert).toHaveBeenCalledOnce()
})

it('offers at the cursor what is against its problem, and all at once', async () => {
  await told([matrix(2), matrix(3)])
  const titles = async () => (await offersAtCursor(view, assistant, advice)).map(({ title }) => title)
  expect(await titles()).toEqual(['Fix all that is safe (2)'])
  view.dispatch({ selection: { anchor: view.state.doc.line(2).from } })
  expect(await titles()).toEqual(['Write .to_numpy()', 'Fix all that is safe (2)'])
  expect(asked).toHaveBeenCalledOnce()
  view.dispatch({ changes: { from: 0, insert: '\n' } })
  asked.mockResolvedValue({ problems: [], python2: false })
  expect(await titles()).toEqual([])
})
