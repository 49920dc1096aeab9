import { useContext } from 'react'
import type { StoreApi } from 'zustand'

import { EditorContext } from '../canvas/context'
import { editor, type EditorState } from '../document/store'

/** The document that is on the page: of the experiment, or the locked one of a run. */
export function useDocumentStore(experiment: string): StoreApi<EditorState> {
  return useContext(EditorContext)?.store ?? editor(experiment)
}
