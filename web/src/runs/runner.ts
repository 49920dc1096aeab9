/** The runs of one experiment: begun, followed, found when others began them; live, and again after a break. */
import { createStore, type StoreApi } from 'zustand'

import { type RunSummary, runs, type RunWish } from '../api/runs'
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
  private followed: string | null = null
  private settle: ReturnType<typeof setTimeout> | undefined
  private question = 0

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
    this.followed = null
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
      this.take(begun, true)
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
    if (!told || question !== this.question || isActive(this.store.getState().run)) return
    this.store.setState(({ nodes }) => ({ nodes: kept(nodes, standings(told)) }))
  }

  private soon(): void {
    clearTimeout(this.settle)
    this.settle = setTimeout(() => void this.refresh(), SETTLE)
  }

  /** Whether somebody else has begun a run. */
  private async look(): Promise<void> {
    const [newest] = await runs.newest(this.experiment, 1).catch(() => [])
    const { run } = this.store.getState()
    if (!newest || (newest.id === run?.id && !isActive(newest))) return
    this.take(newest, false)
  }

  private take(run: RunSummary, isMine: boolean): void {
    if (this.followed === run.id) return
    const isNew = this.store.getState().run?.id !== run.id
    this.store.setState({ run })
    if (!isActive(run)) {
      if (isNew) void this.refresh()
      return
    }
    this.followed = run.id
    void follow(runs.eventsOf(run.id), (events) => this.heard(events, run.id, isMine), this.ends.signal).catch(() => void this.refresh())
  }

  private heard(events: RunEvent[], run: string, isMine: boolean): void {
    this.store.setState((state) => {
      const begun = events.find((each) => each.name === 'run-started')
      const ended = events.find((each) => each.name === 'run-ended')
      const done = events.filter((each) => each.name === 'node-ended')
      const failed = done.find(({ data }) => data.step.status === 'Failed')?.data.step.node ?? null
      const phases = events.filter((each) => each.name === 'phase')
      const works = events.some((each) => each.name === 'node-started' || each.name === 'run-ended')
      return {
        nodes: after(state.nodes, events, run, Date.now()),
        printed: printedAfter(begun ? {} : state.printed, events),
        phase: works ? null : (phases.at(-1)?.data.text ?? state.phase),
        total: begun ? begun.data.nodes.length : state.total,
        done: (begun ? 0 : state.done) + done.length,
        failed: state.failed ?? (isMine ? failed : null),
        run: ended && state.run ? { ...state.run, status: ended.data.status, reason: ended.data.reason, ended: state.run.started + ended.data.seconds } : state.run,
      }
    })
    if (events.some((each) => each.name === 'run-ended')) this.over(run)
  }

  private over(run: string): void {
    if (this.followed === run) this.followed = null
    void this.refresh()
    void runs.get(run).then((told) => this.store.getState().run?.id === run && this.store.setState({ run: told }), () => undefined)
    void queries.invalidateQueries({ queryKey: ['experiments'] })
    void queries.invalidateQueries({ queryKey: ['runs', 'of', this.experiment] })
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
