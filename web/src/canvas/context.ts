/** The editor that a component is part of. */
import type { ReactFlowInstance } from '@xyflow/react'
import { createContext, useContext } from 'react'
import { type StoreApi, useStore } from 'zustand'

import type { Catalogue } from '../document/catalogue'
import type { EditorState } from '../document/store'
import type { FlowNode } from './flow'
import type { View } from './view'

export interface EditorHandle {
  /** Of the experiment on the server. */
  experiment: string
  store: StoreApi<EditorState>
  view: StoreApi<View>
  catalogue: Catalogue
  /** The canvas while it is there. */
  flow: { readonly current: ReactFlowInstance<FlowNode> | null }
  keepFlow: (flow: ReactFlowInstance<FlowNode>) => void
}

export const EditorContext = createContext<EditorHandle | null>(null)

export function useHandle(): EditorHandle {
  const handle = useContext(EditorContext)
  if (!handle) throw new Error('This is a part of the editor.')
  return handle
}

export function useDoc<T>(selector: (state: EditorState) => T): T {
  return useStore(useHandle().store, selector)
}

export function useView<T>(selector: (view: View) => T): T {
  return useStore(useHandle().view, selector)
}
