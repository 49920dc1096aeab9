import { useLingui } from '@lingui/react/macro'
import { useConnection } from '@xyflow/react'

import { findPort } from '../document/catalogue'
import { refusal } from '../document/graph'
import { useEditorActions } from './actions'
import styles from './Canvas.module.css'
import { useHandle, useView } from './context'
import { portOfHandle } from './flow'
import { refusalWords } from './words'

/** Says beside the pointer why the port under it does not take the edge that is dragged. */
export function ConnectionHint() {
  const { t } = useLingui()
  const { store } = useHandle()
  const actions = useEditorActions()
  const begin = useView((view) => view.dragged?.begin)
  const over = useConnection((state) => (state.inProgress && state.isValid === false && state.toHandle ? state.toHandle : null))
  if (!begin || !over) return null
  const side = over.type === 'source' ? 'outputs' : 'inputs'
  const port = findPort(actions.moduleAt(over.nodeId)?.[side] ?? [], portOfHandle(over.id))
  if (!port || side === begin.side) return null
  const end = { node: over.nodeId, port }
  const [from, to] = begin.side === 'outputs' ? [begin, end] : [end, begin]
  const why = refusal(store.getState().document, from, to)
  if (!why || end.node === begin.node) return null
  return (
    <div className={styles.refusal} role="status">
      {refusalWords(t, why, from.port, to.port)}
    </div>
  )
}
