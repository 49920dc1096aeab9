/** The runs of one experiment: begun, followed, found when others began them; live, and again after a break. */
import { createStore, type StoreApi } from 'zustand'

import { type RunSummary, runs, type RunWish, type Step } from '../api/runs'
import { queries } from '../app/queries'
import { editor } from '../document/store'
import { follow, type RunEvent } from './follow'
import { after, type NodeStates, type OutputRef, standings } from './nodes'

export interface RunState {
  /** The run that goes on or was the newest; null before the first. */
  readonly run: RunSummary | null
  readonly nodes: NodeStates
  /** What nodes have printed in the run that goes on. */
  readonly printed: Readonly<Record<string, string>>
  /** What takes its time before a node can run. */
  readonly phase: string | null
  readonly isStarting: boolean
  /** How many nodes the run has, and how many of them are done. */
  readonly total: number
  readonly done: number
  /** The first node that failed in a run which was begun here. */
  readonly failed: string | null
  /** Saves, then runs all, or what a node needs. Raises what keeps it from that. */
  start(target?: string, wish?: RunWish): Promise<void>
  cancel(): Promise<void>
  outputs(node: string, port: string): OutputRef | null
  refresh(): Promise<void>
}

const LOOK = 8_000 // ms between looks for runs that others began
const SETTLE = 250 // ms after a save, so that several saves are one question
const MOST_PRINTED = 200_000 // characters of one node

export const isActive = (run: RunSummary | null): boolean => run !== null && run.ended === null

export function outputIn(nodes: NodeStates, node: string, port: string): OutputRef | null {
  const state = Object.hasOwn(nodes, node) ? nodes[node] : undefined
  return state?.outputs.find((each) => each.port === port) ?? null
}

/** What changes the store of an experiment. */
export class Runner {
  readonly store: StoreApi<RunState>
  private ends = new AbortController()
  private followed: { run: string; stop: AbortController } | null = null
  /** The run that was begun here last. */
  private mine: string | null = null
  private settle: ReturnType<typeof setTimeout> | undefined
  private question = 0
  private isOwed = false // the last question had no answer
  private looks = 0

  constructor(private readonly experiment: string) {
    this.store = createStore<RunState>()((_set, get) => ({
      run: null, nodes: {}, printed: {}, phase: null, isStarting: false, total: 0, done: 0, failed: null,
      start: (target, wish) => this.start(target, wish),
      cancel: () => this.cancel(),
      outputs: (node, port) => outputIn(get().nodes, node, port),
      refresh: () => this.refresh(),
    }))
  }

  open(): void {
    this.ends = new AbortController()
    const look = () => document.visibilityState === 'visible' && void this.look()
    const timer = setInterval(look, LOOK)
    document.addEventListener('visibilitychange', look)
    const unsubscribe = editor(this.experiment).subscribe((now, before) => {
      if (now.etag !== before.etag) this.soon()
    })
    this.ends.signal.addEventListener('abort', () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
      unsubscribe()
      clearTimeout(this.settle)
      this.unfollow()
    })
    void this.look()
    void this.refresh()
  }

  close(): void {
    this.ends.abort()
  }

  async start(target?: string, wish: RunWish = {}): Promise<void> {
    const { isStarting, run } = this.store.getState()
    if (isStarting || isActive(run)) return
    this.store.setState({ isStarting: true, failed: null })
    try {
      await editor(this.experiment).getState().flush()
      const begun = await runs.start(this.experiment, { ...wish, targets: target === undefined ? [] : [target] })
      this.mine = begun.id
      this.take(begun)
    } finally {
      this.store.setState({ isStarting: false })
    }
  }

  async cancel(): Promise<void> {
    const { run } = this.store.getState()
    if (run && isActive(run)) await runs.cancel(run.id)
  }

  /** Ask how nodes stand; the answer to an older question than the last does not count. */
  async refresh(): Promise<void> {
    const question = ++this.question
    const told = await runs.standings(this.experiment).catch(() => null)
    if (question !== this.question || isActive(this.store.getState().run)) return
    this.isOwed = !told
    if (told) this.store.setState(({ nodes }) => ({ nodes: kept(nodes, standings(told)) }))
  }

  private soon(): void {
    clearTimeout(this.settle)
    this.settle = setTimeout(() => void this.refresh(), SETTLE)
  }

  /** Whether somebody else has begun a run, or the one that went on has ended unheard. What was seen before the last change does not count. */
  private async look(): Promise<void> {
    const looks = ++this.looks
    const found = await runs.newest(this.experiment, 1).catch(() => null)
    const { isStarting, run } = this.store.getState()
    if (!found || looks !== this.looks || isStarting) return
    const newest = found[0] ?? null
    if (newest && (newest.id !== run?.id || isActive(newest) || isActive(run))) this.take(newest)
    else if (this.isOwed) void this.refresh()
  }

  /** This is the newest run now. */
  private take(run: RunSummary): void {
    this.looks++
    const { run: before } = this.store.getState()
    this.store.setState({ run })
    if (isActive(run)) this.follow(run.id)
    else if (isActive(before)) this.over(run.id)
    else if (before?.id !== run.id) void this.refresh()
  }

  private follow(run: string): void {
    if (this.followed?.run === run || this.ends.signal.aborted) return
    this.unfollow()
    const stop = new AbortController()
    this.followed = { run, stop }
    void follow(runs.eventsOf(run), (events) => this.heard(events, run), stop.signal).catch(() => this.lost(run))
  }

  private unfollow(): void {
    this.followed?.stop.abort()
    this.followed = null
  }

  /** Nothing more can be heard of a run: all that is left is to ask whether it is over. While it is not, looks find it again. */
  private async lost(run: string): Promise<void> {
    if (this.followed?.run !== run) return
    this.unfollow()
    const told = await runs.get(run).catch(() => null)
    if (told && !isActive(told) && this.store.getState().run?.id === run) this.take(told)
  }

  private heard(events: RunEvent[], run: string): void {
    if (this.followed?.run !== run) return
    const ended = events.find((each) => each.name === 'run-ended')
    this.store.setState((state) => {
      const begun = events.find((each) => each.name === 'run-started')
      const done = events.filter((each) => each.name === 'node-ended')
      const phases = events.filter((each) => each.name === 'phase')
      const works = ended ?? events.some((each) => each.name === 'node-started')
      return {
        nodes: after(state.nodes, events, run, Date.now()),
        printed: printedAfter(begun ? {} : state.printed, events),
        phase: works ? null : (phases.at(-1)?.data.text ?? state.phase),
        total: begun ? begun.data.nodes.length : state.total,
        done: (begun ? 0 : state.done) + done.length,
        failed: state.failed ?? this.failedOf(run, done.map(({ data }) => data.step)),
        run: ended && state.run ? { ...state.run, status: ended.data.status, reason: ended.data.reason, ended: state.run.started + ended.data.seconds } : state.run,
      }
    })
    if (ended) this.over(run)
  }

  /** Of a run that was begun here. */
  private failedOf(run: string, steps: readonly Step[]): string | null {
    return this.mine === run ? (steps.find((step) => step.status === 'Failed')?.node ?? null) : null
  }

  private over(run: string): void {
    this.looks++
    this.unfollow()
    this.store.setState({ phase: null })
    void this.refresh()
    void this.whole(run)
    void queries.invalidateQueries({ queryKey: ['experiments'] })
    void queries.invalidateQueries({ queryKey: ['runs', 'of', this.experiment] })
  }

  /** All that is known of a run that is over; its end may not have been heard event by event. */
  private async whole(run: string): Promise<void> {
    const told = await runs.get(run).catch(() => null)
    if (!told || isActive(told)) return
    this.store.setState((state) => (state.run?.id === run ? { run: told, failed: state.failed ?? this.failedOf(run, told.steps) } : state))
  }
}

function printedAfter(before: Readonly<Record<string, string>>, events: readonly RunEvent[]): Readonly<Record<string, string>> {
  const texts = events.filter((each) => each.name === 'node-printed')
  if (!texts.length) return before
  const printed: Record<string, string> = { ...before }
  for (const { data } of texts) printed[data.node] = ((printed[data.node] ?? '') + data.text).slice(-MOST_PRINTED)
  return printed
}

/** The new states; of nodes that stand as before the old ones, so that nothing is drawn anew for them. */
function kept(before: NodeStates, now: NodeStates): NodeStates {
  return Object.fromEntries(
    Object.entries(now).map(([node, state]) => {
      const old = Object.hasOwn(before, node) ? before[node] : undefined
      return [node, old && JSON.stringify(old) === JSON.stringify(state) ? old : state]
    }),
  )
}
