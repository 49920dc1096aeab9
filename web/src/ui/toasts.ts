/** Short words about what happened: `toast.info(text, {undo})`, `toast.ok(text)`, `toast.error(error)`. */
import { UNSTABLE_ToastQueue as ToastQueue } from 'react-aria-components'

import { ApiError } from '../api/client'

export interface ToastContent {
  tone: 'info' | 'ok' | 'error'
  text: string
  details: readonly string[]
  action: { label: string | null; run: () => void } | null
}

export interface ToastOptions {
  /** Takes back what was done; adds a button. */
  undo?: () => void
  /** Another thing that can be done about it. */
  action?: { label: string; run: () => void }
}

const SHORT = 6_000
const LONG = 12_000
const MOST = 4

export type QueuedToast = (typeof toasts)['visibleToasts'][number]

export const toasts = new ToastQueue<ToastContent>({ maxVisibleToasts: MOST })

function add(tone: ToastContent['tone'], text: string, options: ToastOptions, details: readonly string[] = []): () => void {
  const action = options.undo ? { label: null, run: options.undo } : (options.action ?? null)
  // An error stays until it is read; what can be undone stays a while longer.
  const timing = tone === 'error' ? {} : { timeout: action ? LONG : SHORT }
  const key = toasts.add({ tone, text, details, action }, timing)
  return () => toasts.close(key)
}

/** Each gives a function that takes it away again. */
export const toast = {
  info: (text: string, options: ToastOptions = {}) => add('info', text, options),
  ok: (text: string, options: ToastOptions = {}) => add('ok', text, options),
  /** Any error: the server's own words, with the places it names. */
  error: (error: unknown, options: ToastOptions = {}) => add('error', wordsOf(error), options, placesOf(error)),
}

/** What an error says to its reader. */
export function wordsOf(error: unknown): string {
  if (typeof error === 'string') return error
  return error instanceof Error ? error.message : String(error)
}

/** What it says of single places, where that is more than `wordsOf`. */
export function placesOf(error: unknown): string[] {
  if (!(error instanceof ApiError)) return []
  return error.details.filter(({ message }) => !error.message.includes(message)).map(({ path, message }) => `${path}: ${message}`)
}
