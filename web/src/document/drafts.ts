/** Edits that the server does not have yet, kept in this browser until it does: each page keeps its own. */
import { recall, recalled, remember } from '../app/remembered'
import { read } from './reading'
import type { Experiment } from './types'
import { tree } from './writing'

export interface Draft {
  /** Of the document that was edited. */
  readonly etag: string
  readonly document: Experiment
  /** Fingerprints of what was sent without an answer: the server may have it. */
  readonly sent: readonly string[]
}

interface Kept {
  key: string
  tab: string
  at: number
  draft: Draft
}

const unique = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`
/** A tab that is doubled has the other's name, but is another page. */
const page = unique()
const tab = nameOfTab()
const all = (id: string) => `draft.${id}/`
const own = (id: string) => `${all(id)}${page}`

export function keepDraft(id: string, { etag, document, sent }: Draft): void {
  remember(own(id), JSON.stringify({ tab, at: Date.now(), etag, sent, document: tree(document) }))
}

/** This page's; what other tabs have kept is theirs. */
export function dropDraft(id: string): void {
  remember(own(id), null)
}

/** This page's. */
export function draftOf(id: string): Draft | null {
  return keptAt(own(id))?.draft ?? null
}

/**
 * What a page has left behind, this tab's first, and then the newest: from now on this page's.
 * Those that the server has, too, are dropped on the way.
 */
export function adoptDraft(id: string, isKnown: (draft: Draft) => boolean): Draft | null {
  for (const { key, draft } of left(id)) {
    remember(key, null)
    if (isKnown(draft)) continue
    keepDraft(id, draft)
    return draft
  }
  return null
}

function left(id: string): Kept[] {
  const found = recalled(all(id)).map(keptAt).filter((each) => each !== null)
  const rank = (each: Kept) => (each.key === own(id) ? 0 : each.tab === tab ? 1 : 2)
  return found.sort((one, other) => rank(one) - rank(other) || other.at - one.at)
}

function keptAt(key: string): Kept | null {
  const text = recall(key)
  if (text === null) return null
  try {
    const told = JSON.parse(text) as Omit<Kept, 'key' | 'draft'> & { etag: string; sent: readonly string[]; document: unknown }
    return { key, tab: told.tab, at: told.at, draft: { etag: told.etag, sent: told.sent, document: read(JSON.stringify(told.document)) } }
  } catch {
    return null // written by an older page, or cut off: there is nothing to be had from it
  }
}

/** The same after a reload. */
function nameOfTab(): string {
  try {
    const name = sessionStorage.getItem('bottega.tab') ?? unique()
    sessionStorage.setItem('bottega.tab', name)
    return name
  } catch {
    return unique()
  }
}
