/** The runs of experiments, for components: what goes on, how each node stands, what was printed. */
import { createContext, useContext, useEffect } from 'react'
import { createStore, type StoreApi, useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'

import type { Run } from '../api/runs'
import { IDLE, type NodeState, ofRun } from './nodes'
import { outputIn, Runner, type RunState } from './runner'

export type { NodeError, NodeState, NodeStates, OutputRef } from './nodes'
export { isActive, type RunState } from './runner'

const stores = new Map<string, StoreApi<RunState>>()
const runners = new Map<string, { runner: Runner; users: number }>()

/** The store of an experiment; of one of its past runs, with `past`. */
export function runStore(experiment: string, past: Run | null = null): StoreApi<RunState> {
  const key = past ? `${experiment}/${past.id}` : experiment
  const found = stores.get(key) ?? (past ? pastStore(past) : liveStore(experiment))
  stores.set(key, found)
  return found
}

/** Below it all that is asked of runs is answered from this one: the locked snapshot of a run. */
export const PastRun = createContext<Run | null>(null)

const whole = (state: RunState) => state

export function useRun(experiment: string): RunState
export function useRun<T>(experiment: string, selector: (state: RunState) => T): T
export function useRun<T>(experiment: string, selector?: (state: RunState) => T): T | RunState {
  return useStore<StoreApi<RunState>, T | RunState>(runStore(experiment, useContext(PastRun)), selector ?? whole)
}

/** Several things of it at once. */
export function useRunParts<T extends object>(experiment: string, selector: (state: RunState) => T): T {
  return useStore(runStore(experiment, useContext(PastRun)), useShallow(selector))
}

/** One node; the others may change without drawing it anew. */
export function useNodeState(experiment: string, node: string): NodeState {
  return useRun(experiment, (state) => (Object.hasOwn(state.nodes, node) ? state.nodes[node] : undefined) ?? IDLE)
}

/** Keeps an experiment's runs followed while a component is there. The run bar does so for the whole editor. */
export function useFollowing(experiment: string): void {
  useEffect(() => {
    runStore(experiment)
    const found = runners.get(experiment)
    if (!found) return
    if (found.users++ === 0) found.runner.open()
    return () => {
      if (--found.users === 0) found.runner.close()
    }
  }, [experiment])
}

function liveStore(experiment: string): StoreApi<RunState> {
  const runner = new Runner(experiment)
  runners.set(experiment, { runner, users: 0 })
  return runner.store
}

function pastStore(run: Run): StoreApi<RunState> {
  const nodes = ofRun(run)
  const refuse = () => Promise.reject(new Error('This run is over.'))
  return createStore<RunState>()(() => ({
    run, nodes, printed: {}, phase: null, isStarting: false, total: run.steps.length, done: run.steps.length, failed: null,
    start: refuse, cancel: refuse, refresh: () => Promise.resolve(), outputs: (node, port) => outputIn(nodes, node, port),
  }))
}
