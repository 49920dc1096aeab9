/** The editor of one experiment: its document, what was before, what is chosen, and whether the server has it all. */
import { createStore, type StoreApi, useStore } from 'zustand'

import { watchRequests } from '../api/client'
import { draftOf, dropDraft } from './drafts'
import { type History, NO_HISTORY, recorded, redone, undone } from './history'
import { createDocument, fetchDocument, type Remote } from './remote'
import { Saver, type Saving } from './saving'
import { type Edit, EMPTY, type Experiment, own } from './types'

export interface Selection {
  /** Nodes. */
  readonly selection: readonly string[]
  /** Edges by the input they go to: `NODE.PORT`. */
  readonly wires: readonly string[]
  readonly notes: readonly string[]
  /** What callers of a web service see: `inputs/NAME`, `outputs/NAME`. */
  readonly services: readonly string[]
}

interface ApplyOptions {
  /** Edits with one key that follow each other are undone together. */
  merge?: string
  select?: Partial<Selection>
}

export interface EditorState extends Saving, Selection {
  readonly id: string
  readonly failure: unknown
  readonly isReadOnly: boolean
  readonly history: History
  /** Change the document; an edit that gives the same one is none. */
  readonly apply: (edit: Edit, label: string, options?: ApplyOptions) => void
  /** What was taken back or done again, or null where there was nothing. */
  readonly undo: () => string | null
  readonly redo: () => string | null
  readonly select: (ids: readonly string[], more?: Partial<Selection>) => void
  readonly load: () => Promise<void>
  /** Look whether somebody else has changed it. */
  readonly refresh: () => Promise<void>
  readonly flush: () => Promise<string>
  /** Ends a conflict; a copy gives the id of the experiment that has mine. */
  readonly takeTheirs: () => void
  readonly putMine: () => Promise<void>
  readonly keepCopy: (title: string) => Promise<string>
}

const NOTHING: Selection = { selection: [], wires: [], notes: [], services: [] }
const editors = new Map<string, StoreApi<EditorState>>()

export function editor(id: string): StoreApi<EditorState> {
  const found = editors.get(id) ?? created(id)
  editors.set(id, found)
  return found
}

const whole = (state: EditorState) => state

export function useEditor(id: string): EditorState
export function useEditor<T>(id: string, selector: (state: EditorState) => T): T
export function useEditor<T>(id: string, selector?: (state: EditorState) => T): T | EditorState {
  return useStore<StoreApi<EditorState>, T | EditorState>(editor(id), selector ?? whole)
}

/** A document that cannot be changed, such as that of a run. */
export function snapshot(id: string, document: Experiment): StoreApi<EditorState> {
  const store = created(id)
  store.setState({ document, saved: document, status: 'ready', isReadOnly: true })
  editors.set(id, store)
  return store
}

function created(id: string): StoreApi<EditorState> {
  return createStore<EditorState>()((set, get) => {
    const saver = new Saver(id, get, set)
    window.addEventListener('pagehide', () => saver.keep())
    watchRequests((error) => error === null && get().saveState === 'offline' && saver.retry())

    const moveTo = (found: ReturnType<typeof undone>) => {
      if (!found || get().isReadOnly) return null
      set({ document: found.document, history: found.history, ...pruned(get(), found.document) })
      saver.edited()
      return found.label
    }
    const isReady = () => get().status === 'ready'
    const take = ({ document, etag }: Remote) => {
      set({ document, saved: document, etag, theirs: null, saveState: 'saved', problem: null, ...pruned(get(), document) })
      dropDraft(id)
    }

    return {
      id,
      status: 'loading',
      failure: null,
      isReadOnly: false,
      document: EMPTY,
      saved: EMPTY,
      etag: null,
      saveState: 'saved',
      problem: null,
      theirs: null,
      history: NO_HISTORY,
      ...NOTHING,

      apply(edit, label, { merge, select } = {}) {
        const { document, history, isReadOnly } = get()
        const changed = isReadOnly ? document : edit(document)
        if (changed === document) return
        set({
          document: changed,
          history: recorded(history, document, label, merge ?? null, Date.now()),
          ...(select ? { ...NOTHING, ...select } : pruned(get(), changed)),
        })
        saver.edited()
      },
      undo: () => moveTo(undone(get().history, get().document)),
      redo: () => moveTo(redone(get().history, get().document)),
      select: (selection, more) => set({ ...NOTHING, selection, ...more }),

      async load() {
        if (get().status === 'ready') return get().refresh()
        try {
          const remote = await fetchDocument(id)
          if (isReady()) return
          const draft = draftOf(id)
          take(remote)
          set({ status: 'ready', failure: null })
          if (!draft) return
          const isOld = draft.etag !== remote.etag
          set({ document: draft.document, ...(isOld ? { etag: draft.etag, theirs: remote, saveState: 'conflict' } : {}) })
          saver.edited()
          saver.keep() // the draft that was there is this one's now
        } catch (failure) {
          set({ status: 'failed', failure })
        }
      },
      async refresh() {
        const { document, saved, isReadOnly } = get()
        if (isReadOnly || document !== saved) return
        const remote = await fetchDocument(id).catch(() => null)
        if (!remote || remote.etag === get().etag || get().document !== saved) return
        set({ history: recorded(get().history, document, '', null, Date.now()) })
        take(remote)
      },
      flush: () => (get().isReadOnly || get().status !== 'ready' ? Promise.resolve(get().etag ?? '') : saver.flush()),
      takeTheirs() {
        const { theirs, history, document } = get()
        if (!theirs) return
        set({ history: recorded(history, document, '', null, Date.now()) })
        take(theirs)
      },
      async putMine() {
        const { theirs } = get()
        if (!theirs) return
        set({ etag: theirs.etag, saved: theirs.document, theirs: null, saveState: 'saving' })
        await saver.flush()
      },
      async keepCopy(title) {
        const made = await createDocument({ ...get().document, title })
        get().takeTheirs()
        return made
      },
    }
  })
}

/** What is still there of what was chosen. */
function pruned(had: Selection, document: Experiment): Selection {
  return {
    selection: kept(had.selection, (id) => own(document.nodes, id) !== undefined),
    wires: kept(had.wires, (wire) => {
      const dot = wire.indexOf('.')
      return own(own(document.nodes, wire.slice(0, dot))?.inputs ?? {}, wire.slice(dot + 1)) !== undefined
    }),
    notes: kept(had.notes, (name) => own(document.notes, name) !== undefined),
    services: kept(had.services, (name) => serviceOf(document, name) !== undefined),
  }
}

function serviceOf(document: Experiment, name: string): unknown {
  const slash = name.indexOf('/')
  const kind = name.slice(0, slash) === 'inputs' ? document.service.inputs : document.service.outputs
  return own<unknown>(kind, name.slice(slash + 1))
}

function kept(names: readonly string[], is: (name: string) => boolean): readonly string[] {
  return names.every(is) ? names : names.filter(is)
}
