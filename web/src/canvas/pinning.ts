/** A pinned node gives what it gave, however its inputs and parameters change, until it is let go. */
import { t } from '@lingui/core/macro'

import { setPinned } from '../document/edits'
import { own } from '../document/types'
import { runStore } from '../runs/state'
import { toast } from '../ui/toasts'
import type { EditorHandle } from './context'

const RUN_OF = /\/v1\/runs\/([^/]+)\/outputs\/([^/]+)\//

export function togglePin({ store, experiment }: EditorHandle, id: string): void {
  const { document, apply } = store.getState()
  const node = own(document.nodes, id)
  if (!node) return
  if (node.pinned) { apply((edited) => setPinned(edited, id, ''), t`unpin ${id}`); return; }
  const state = own(runStore(experiment).getState().nodes, id)
  const found = RUN_OF.exec(state?.outputs[0]?.source ?? '')
  const run = found ? `${decodeURIComponent(found[1] ?? '')}/${decodeURIComponent(found[2] ?? '')}` : state?.run && `${state.run}/${id}`
  if (!run || !state?.outputs.length) {
    toast.info(t`${id} has no output to pin yet: run it first.`)
    return
  }
  apply((edited) => setPinned(edited, id, run), t`pin ${id}`)
}
