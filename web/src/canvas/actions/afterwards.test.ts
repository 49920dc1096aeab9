// @vitest-environment jsdom
import { expect, it, vi } from 'vitest'

import { catalogue } from '../../document/samples'
import { EMPTY, type Experiment } from '../../document/types'
import type { Item } from '../../palette/items'
import { adding } from './adding'
import type { Basis } from './basis'
import { removing } from './removing'
import type { Wiring } from './wiring'

/** As much of an editor as these actions use. */
function base(selection: string[] = []) {
  let document: Experiment = EMPTY
  const focusCanvas = vi.fn()
  const made = {
    view: { setState: () => undefined },
    catalogue,
    state: () => ({ selection, wires: [], notes: [], services: [], isReadOnly: false }),
    doc: () => document,
    apply: (edit: (before: Experiment) => Experiment) => (document = edit(document)),
    moduleAt: () => undefined,
    focus: () => undefined,
    focusCanvas,
  } as unknown as Basis
  return { made, focusCanvas, document: () => document }
}

const item = (parameters: Item['parameters']): Item => ({
  key: 'k', title: 'Execute Python Script', detail: '', category: '', module: 'execute-python-script', parameters,
})

it('a new script passes its data through; one that comes with a text keeps it', () => {
  const { made, document } = base()
  const { add } = adding(made, {} as Wiring)
  const [fresh, own] = [add(item({}), [0, 0]), add(item({ script: 'x' }), [0, 0])]
  expect(document().nodes[fresh]?.parameters.script).toContain('return dataframe1,')
  expect(document().nodes[own]?.parameters).toEqual({ script: 'x' })
})

it('the canvas has the focus after the last node is gone', () => {
  const { made, focusCanvas } = base(['a'])
  removing(made).remove()
  expect(focusCanvas).toHaveBeenCalledOnce()
})
