/** Edits that the server does not have yet, kept in this browser until it does. */
import { recall, remember } from '../app/remembered'
import { read } from './reading'
import type { Experiment } from './types'
import { tree } from './writing'

export interface Draft {
  /** Of the document that was edited. */
  readonly etag: string
  readonly document: Experiment
}

const key = (id: string) => `draft.${id}`

export function keepDraft(id: string, draft: Draft): void {
  remember(key(id), JSON.stringify({ etag: draft.etag, document: tree(draft.document) }))
}

export function dropDraft(id: string): void {
  remember(key(id), null)
}

export function draftOf(id: string): Draft | null {
  const text = recall(key(id))
  if (text === null) return null
  try {
    const { etag, document } = JSON.parse(text) as { etag: string; document: unknown }
    return { etag, document: read(JSON.stringify(document)) }
  } catch {
    return null // written by an older page, or cut off: there is nothing to be had from it
  }
}
