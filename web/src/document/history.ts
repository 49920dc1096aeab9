/** What was before, and what was undone: whole documents, which share all that did not change. */
import type { Experiment } from './types'

export interface Step {
  readonly document: Experiment
  /** What was done after it, in the user's words. */
  readonly label: string
}

export interface History {
  readonly past: readonly Step[]
  readonly future: readonly Step[]
  /** Edits of one kind that follow one another, such as letters typed into one field, are one step. */
  readonly merging: { readonly key: string; readonly at: number } | null
}

const DEEPEST = 500
const PAUSE = 1500 // ms; after it, typing on is a step of its own

export const NO_HISTORY: History = { past: [], future: [], merging: null }

export function recorded(history: History, before: Experiment, label: string, merge: string | null, now: number): History {
  const goes = merge !== null && history.merging?.key === merge && now - history.merging.at < PAUSE
  const past = goes ? history.past : [...history.past.slice(1 - DEEPEST), { document: before, label }]
  return { past, future: [], merging: merge === null ? null : { key: merge, at: now } }
}

export interface Moved {
  readonly history: History
  readonly document: Experiment
  readonly label: string
}

export function undone(history: History, now: Experiment): Moved | null {
  const step = history.past.at(-1)
  if (!step) return null
  const future = [{ document: now, label: step.label }, ...history.future]
  return { history: { past: history.past.slice(0, -1), future, merging: null }, document: step.document, label: step.label }
}

export function redone(history: History, now: Experiment): Moved | null {
  const [step, ...future] = history.future
  if (!step) return null
  const past = [...history.past, { document: now, label: step.label }]
  return { history: { past, future, merging: null }, document: step.document, label: step.label }
}
