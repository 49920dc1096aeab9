/** Saves by itself what is edited: soon after, one at a time, never over what somebody else has saved. */
import { ApiError } from '../api/client'
import { dropDraft, keepDraft } from './drafts'
import { fetchDocument, putDocument, type Remote } from './remote'
import type { Experiment } from './types'

/** `refused`: the server does not take it; `problem` says why. */
export type SaveState = 'saved' | 'saving' | 'offline' | 'conflict' | 'refused'

export interface Saving {
  status: 'loading' | 'ready' | 'failed'
  document: Experiment
  /** What the server has, as far as we know. */
  saved: Experiment
  etag: string | null
  saveState: SaveState
  problem: string | null
  theirs: Remote | null
}

const PAUSE = 150 // ms until a draft is kept
const SOON = 700 // ms after the last edit
const SIGNED_OUT = 401
const AGAIN = 4000 // ms until a server that was gone is asked once more

export class Saver {
  private timer: ReturnType<typeof setTimeout> | undefined
  private drafting: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> | null = null

  constructor(
    private readonly id: string,
    private readonly get: () => Saving,
    private readonly set: (change: Partial<Saving>) => void,
  ) {}

  /** After an edit. */
  edited(): void {
    const { document, saved, saveState } = this.get()
    if (document === saved) {
      if (saveState !== 'conflict') this.settled()
      return
    }
    this.draft()
    if (saveState === 'conflict') return
    this.set({ saveState: saveState === 'offline' ? 'offline' : 'saving', problem: null })
    this.later(SOON)
  }

  /** Keep a draft in this browser; soon, for writing a large one at every letter would be felt. */
  private draft(): void {
    clearTimeout(this.drafting)
    this.drafting = setTimeout(() => this.keep(), PAUSE)
  }

  /** The same at once: the page may be about to go. */
  keep(): void {
    clearTimeout(this.drafting)
    const { document, saved, etag, status } = this.get()
    if (status === 'ready' && document !== saved) keepDraft(this.id, { etag: etag ?? '', document })
  }

  /** Save now, and again until nothing is left. Raises what keeps it from that. */
  async flush(): Promise<string> {
    this.stop()
    do {
      this.running ??= this.save().finally(() => (this.running = null))
      await this.running
    } while (this.get().document !== this.get().saved)
    return this.get().etag ?? ''
  }

  /** Ask a server that was gone. */
  retry(): void {
    if (this.get().saveState === 'offline') this.later(0)
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private later(wait: number): void {
    this.stop()
    this.timer = setTimeout(() => void this.flush().catch(() => undefined), wait)
  }

  private async save(): Promise<void> {
    const { document, saved, etag, saveState, theirs } = this.get()
    if (theirs || saveState === 'conflict') throw new ApiError(412, 'conflict', 'The experiment was changed elsewhere, too.')
    if (document === saved) { this.settled(); return; }
    try {
      const next = await putDocument(this.id, document, etag)
      this.set({ saved: document, etag: next })
      if (this.get().document === document) this.settled()
      else this.draft()
    } catch (error) {
      await this.failed(error)
      throw error
    }
  }

  private settled(): void {
    clearTimeout(this.drafting)
    dropDraft(this.id)
    this.set({ saveState: 'saved', problem: null })
  }

  private async failed(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === 412) {
      this.set({ saveState: 'conflict' })
      const theirs = await fetchDocument(this.id).catch(() => null)
      this.set({ theirs })
    } else if (error instanceof ApiError && (error.isOffline || error.status === SIGNED_OUT)) {
      this.set({ saveState: 'offline' })
      if (error.isOffline) this.later(AGAIN) // who has to sign in does so first: the next answer asks again
    } else {
      this.set({ saveState: 'refused', problem: error instanceof Error ? error.message : String(error) })
    }
  }
}
