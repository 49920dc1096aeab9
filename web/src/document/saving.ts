/** Saves by itself what is edited: soon after, one at a time, never over what somebody else has saved. */
import { ApiError } from '../api/client'
import { dropDraft, keepDraft } from './drafts'
import { fetchDocument, putDocument, type Remote } from './remote'
import { fingerprint } from './sameness'
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
  /** What a conflict is with; null in one whose other side could not be read: `problem` says why. */
  theirs: Remote | null
  /** The other side of the conflict: the experiment was deleted. */
  isGone: boolean
}

const PAUSE = 150 // ms until a draft is kept
const SOON = 700 // ms after the last edit
const AGAIN = 4000 // ms until a server that was gone is asked once more, then twice as long
const LONGEST = 60_000
const MISSING = 404
const CHANGED = 412
const SIGNED_OUT = 401
const PASSING = new Set([408, 429, 500, 503])

export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === MISSING

export class Saver {
  private timer: ReturnType<typeof setTimeout> | undefined
  private drafting: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> | null = null
  private wait = AGAIN
  /** Nobody answered, or one has to sign in: any answer says that asking is worth while again. */
  private isListening = false
  /** Fingerprints of what was sent since the last answer: the server may have any of these. */
  private readonly sent = new Set<string>()

  constructor(
    private readonly id: string,
    private readonly get: () => Saving,
    private readonly set: (change: Partial<Saving>) => void,
  ) {}

  /** After an edit. */
  edited(): void {
    const { saveState } = this.get()
    if (this.isDone()) {
      if (saveState !== 'conflict') this.settled()
      return
    }
    this.draft()
    if (saveState === 'conflict') return
    const isAway = saveState === 'offline'
    this.set(isAway ? {} : { saveState: 'saving', problem: null })
    if (!isAway || this.isListening) this.later(SOON) // a server that is overwhelmed is left its time
  }

  /** Keep a draft in this browser; soon, for writing a large one at every letter would be felt. */
  private draft(): void {
    clearTimeout(this.drafting)
    this.drafting = setTimeout(() => this.keep(), PAUSE)
  }

  /** The same at once: the page may be about to go. */
  keep(): void {
    clearTimeout(this.drafting)
    const { document, etag, status } = this.get()
    if (status === 'ready' && !this.isDone()) keepDraft(this.id, { etag: etag ?? '', document, sent: [...this.sent] })
  }

  /** Save now, and again until nothing is left. Raises what keeps it from that. */
  async flush(): Promise<string> {
    this.stop()
    do {
      this.running ??= this.save().finally(() => (this.running = null))
      await this.running
    } while (!this.isDone())
    return this.get().etag ?? ''
  }

  /** The server answers again. */
  retry(): void {
    const { saveState, theirs, isGone } = this.get()
    const isWaiting = saveState === 'offline' || (saveState === 'conflict' && !theirs && !isGone)
    if (isWaiting && this.isListening && !this.running) this.later(0)
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  /** What was sent before does not matter any more: another document is the base now, or none. */
  reset(): void {
    this.stop()
    clearTimeout(this.drafting)
    this.sent.clear()
    this.wait = AGAIN
  }

  /** What an earlier page has sent. */
  adopt(sent: readonly string[]): void {
    for (const each of sent) this.sent.add(each)
  }

  gone(): void {
    this.set({ saveState: 'conflict', isGone: true, theirs: null, problem: null })
  }

  private isDone(): boolean {
    const { document, saved } = this.get()
    return document === saved && !this.sent.size
  }

  private later(wait: number): void {
    this.stop()
    this.timer = setTimeout(() => void this.flush().catch(() => undefined), wait)
  }

  private async save(): Promise<void> {
    if (this.get().saveState === 'conflict') return this.look()
    const { document, etag } = this.get()
    if (this.isDone()) { this.settled(); return; }
    const mark = fingerprint(document)
    this.sent.add(mark)
    try {
      const next = await putDocument(this.id, document, etag)
      this.agreed(document, next)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== CHANGED) {
        this.failed(error, mark)
        throw error
      }
      this.set({ saveState: 'conflict', problem: null })
      await this.look()
    }
  }

  /** The other side of a conflict; what is there may be our own, whose answer was lost. Raises while it is a conflict. */
  private async look(): Promise<void> {
    const { theirs, isGone } = this.get()
    if (theirs || isGone) throw conflict()
    let found: Remote
    try {
      found = await fetchDocument(this.id)
    } catch (error) {
      if (isMissing(error)) this.gone()
      else {
        this.again(error)
        this.set({ problem: wordsOf(error) })
      }
      throw error
    }
    const { document, saveState } = this.get()
    if (saveState !== 'conflict') return // let go of meanwhile
    const there = fingerprint(found.document)
    if (there === fingerprint(document)) this.agreed(document, found.etag)
    else if (this.sent.has(there)) this.agreed(found.document, found.etag)
    else {
      this.set({ theirs: found, problem: null })
      throw conflict()
    }
  }

  /** The server has this. */
  private agreed(document: Experiment, etag: string): void {
    this.sent.clear()
    this.wait = AGAIN
    this.set({ saved: document, etag })
    if (this.isDone()) this.settled()
    else {
      this.set({ saveState: 'saving', problem: null })
      this.draft()
    }
  }

  private settled(): void {
    clearTimeout(this.drafting)
    dropDraft(this.id)
    this.set({ saveState: 'saved', problem: null })
  }

  private failed(error: unknown, mark: string): void {
    if (isMissing(error)) this.gone()
    else if (this.again(error)) this.set({ saveState: 'offline', problem: this.isListening ? null : wordsOf(error) })
    else {
      this.sent.delete(mark)
      this.set({ saveState: 'refused', problem: wordsOf(error) })
    }
  }

  /** Ask again after a while, where that may help. */
  private again(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false
    this.isListening = error.isOffline || error.status === SIGNED_OUT
    if (error.status === SIGNED_OUT) return true // one signs in first: the next answer asks again
    if (!error.isOffline && !PASSING.has(error.status)) return false
    this.later(this.wait)
    this.wait = Math.min(this.wait * 2, LONGEST)
    return true
  }
}

const conflict = () => new ApiError(CHANGED, 'conflict', 'The experiment was changed elsewhere, too.')

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
