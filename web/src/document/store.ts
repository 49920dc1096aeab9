/** The editor of one experiment: its document, what was before, what is chosen, and whether the server has it all. */
import { createStore, type StoreApi, useStore } from 'zustand'

import { ApiError, watchRequests } from '../api/client'
import { adoptDraft, dropDraft } from './drafts'
import { type History, NO_HISTORY, recorded, redone, undone } from './history'
import { createDocument, fetchDocument, type Remote } from './remote'
import { fingerprint, isSame } from './sameness'
import { isMissing, Saver, type Saving } from './saving'
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
  /** What this browser has kept of an experiment that cannot be had any more. */
  readonly orphan: Experiment | null
  readonly isReadOnly: boolean
  readonly history: History
  /** Change the document; an edit that gives the same one is none. */
  readonly apply: (edit: Edit, label: string, options?: ApplyOptions) => void
  /** What was taken back or done again, or null where there was nothing. */
  readonly undo: () => string | null
  readonly redo: () => string | null
  readonly select: (ids: readonly string[], more?: Partial<Selection>) => void
  /** Like `refresh` where it is loaded. */
  readonly load: () => Promise<boolean>
  /** Take up what was changed elsewhere; whether it was. What one did before cannot be undone then: it would undo theirs. */
  readonly refresh: () => Promise<boolean>
  readonly flush: () => Promise<string>
  /** Ends a conflict; a copy gives the id of the experiment that has mine. */
  readonly takeTheirs: () => void
  readonly putMine: () => Promise<void>
  readonly keepCopy: (title: string) => Promise<string>
  /** Of what is not on the server any more. */
  readonly letGo: () => void
  /** Ask again for the other side of a conflict. */
  readonly retry: () => Promise<void>
}

const NOTHING: Selection = { selection: [], wires: [], notes: [], services: [] }
const NOWHERE = {
  status: 'loading',
  failure: null,
  orphan: null,
  document: EMPTY,
  saved: EMPTY,
  etag: null,
  saveState: 'saved',
  problem: null,
  theirs: null,
  isGone: false,
  history: NO_HISTORY,
} as const
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
    watchRequests((error) => error === null && saver.retry())

    const moveTo = (found: ReturnType<typeof undone>) => {
      if (!found || get().isReadOnly) return null
      set({ document: found.document, history: found.history, ...pruned(get(), found.document) })
      saver.edited()
      return found.label
    }
    const isReady = () => get().status === 'ready'
    const take = ({ document, etag }: Remote) => {
      saver.reset()
      set({ ...NOWHERE, document, saved: document, etag, status: 'ready', ...pruned(get(), document) })
    }
    /** Go on where this page, or another one, was cut off. */
    const resume = (remote: Remote) => {
      const draft = adoptDraft(id, ({ document }) => isSame(document, remote.document))
      if (!draft) return
      const { document, etag, sent } = draft
      const isBase = etag === remote.etag || sent.includes(fingerprint(remote.document))
      if (etag === remote.etag) saver.adopt(sent)
      set(isBase ? { document } : { document, etag, theirs: remote, saveState: 'conflict' })
      saver.edited()
      saver.keep()
    }

    return {
      id,
      isReadOnly: false,
      ...NOWHERE,
      ...NOTHING,

      apply(edit, label, { merge, select } = {}) {
        const { document, history, isReadOnly } = get()
        const changed = isReadOnly || !isReady() ? document : edit(document) // before it is there, nothing could be saved but over it
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
        if (isReady()) return get().refresh()
        try {
          const remote = await fetchDocument(id)
          if (isReady()) return false
          take(remote)
          resume(remote)
        } catch (failure) {
          const isLost = isMissing(failure) || !(failure instanceof ApiError)
          const orphan = isLost ? (adoptDraft(id, () => false)?.document ?? null) : null
          set({ status: 'failed', failure, orphan })
        }
        return false
      },
      async refresh() {
        const { document, saved, etag, isReadOnly, saveState } = get()
        if (isReadOnly || document !== saved || saveState !== 'saved') return false
        const remote = await fetchDocument(id).catch((error: unknown) => (isMissing(error) ? 'gone' : null))
        const now = get()
        const isStale = now.document !== saved || now.saved !== saved || now.etag !== etag || now.saveState !== 'saved'
        if (!remote || isStale) return false
        if (remote === 'gone') saver.gone()
        else if (isSame(remote.document, saved)) set({ etag: remote.etag })
        else take(remote)
        return remote !== 'gone' && get().document !== saved
      },
      flush: () => (get().isReadOnly || get().status !== 'ready' ? Promise.resolve(get().etag ?? '') : saver.flush()),
      takeTheirs() {
        const { theirs } = get()
        if (!theirs) return
        dropDraft(id)
        take(theirs)
      },
      async putMine() {
        const { theirs } = get()
        if (!theirs) return
        saver.reset()
        set({ etag: theirs.etag, saved: theirs.document, theirs: null, saveState: 'saving' })
        await saver.flush()
      },
      async keepCopy(title) {
        const { document, orphan, theirs } = get()
        const made = await createDocument({ ...(orphan ?? document), title })
        if (theirs) get().takeTheirs()
        else get().letGo()
        return made
      },
      letGo() {
        saver.reset()
        dropDraft(id)
        set({ ...NOWHERE, ...NOTHING })
      },
      async retry() {
        await saver.flush()
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
