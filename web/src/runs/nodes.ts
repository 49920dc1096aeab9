/** How each node stands: from what the server says of it now, then event by event while a run goes on. */
import { outputPath, type NodeOutput, type Run, type Standing, type Step, type StepError } from '../api/runs'
import { errorWords } from '../words/words'
import type { StatusName } from '../ui/Status'
import type { RunEvent } from './follow'

export interface NodeError {
  code: string
  message: string
  line?: number
  file?: string
  traceback?: string
}

export interface NodeState {
  status: StatusName
  /** Of work. */
  seconds?: number
  /** From 0 to 1. */
  progress?: number
  /** When it began, in ms since 1970, while it runs. */
  since?: number
  /** Why it was reused, skipped, or would run. */
  why?: string
  error?: NodeError
  /** The run that it was last part of. */
  run?: string
  pinned?: boolean
  /** What there is to look at. */
  outputs: readonly OutputRef[]
}

/** An output, and the path below which it can be looked at. */
export type OutputRef = NodeOutput
export type NodeStates = Readonly<Record<string, NodeState>>

const RUNS = '/v1/runs/'
const LIVE: readonly StatusName[] = ['queued', 'running']
export const IDLE: NodeState = { status: 'idle', outputs: [] }

/** What a node is, as far as the server knows of the saved document. */
export function standing(told: Standing): NodeState {
  const { last, current, reason, outputs, pinned, action } = told
  const common = { outputs, ...(pinned ? { pinned } : {}), ...(last ? { run: last.run, seconds: last.seconds } : {}) }
  if (current && !last && isKept(outputs)) return { ...common, status: 'idle', why: reason }
  if (current) return { ...common, status: last?.status === 'Finished' && !last.cached && !pinned ? 'finished' : 'cached', why: reason }
  if (last?.status === 'Failed' && last.error) return { ...common, status: 'failed', error: errorOf(last.error), why: reason }
  if (last?.status === 'Canceled') return { ...common, status: 'canceled', why: reason }
  if (last?.status === 'Skipped') return { ...common, status: 'skipped', why: last.because ?? reason }
  if (!last) return { ...common, status: 'idle', ...(action ? { why: reason } : {}) }
  return { ...common, status: 'stale', why: reason }
}

// What the workspace keeps, such as a dataset, is there without a run.
const isKept = (outputs: readonly OutputRef[]) => outputs.length > 0 && outputs.every(({ source }) => !source.startsWith(RUNS))

export function standings(told: readonly Standing[]): NodeStates {
  return Object.fromEntries(told.map((each) => [each.node, standing(each)]))
}

/** What a node was in a run. */
export function stepped(step: Step, run: string): NodeState {
  const outputs = step.outputs.map((each) => ({ ...each, source: outputPath(run, step.node, each.port) }))
  const common = { run, seconds: step.seconds, outputs }
  if (step.status === 'Finished') return { ...common, status: step.cached ? 'cached' : 'finished' }
  if (step.status === 'Failed') return { ...common, status: 'failed', ...(step.error ? { error: errorOf(step.error) } : {}) }
  if (step.status === 'Skipped') return { ...common, status: 'skipped', ...(step.because ? { why: step.because } : {}) }
  return { ...common, status: 'canceled' }
}

/** All nodes of a run that is over, or as far as it has come. */
export function ofRun(run: Run): NodeStates {
  const running = run.running.map((node): [string, NodeState] => [node, { status: 'running', run: run.id, outputs: [] }])
  return Object.fromEntries([...running, ...run.steps.map((step): [string, NodeState] => [step.node, stepped(step, run.id)])])
}

/** The nodes after some events of a run; those that are told once more do not set back how far it is known to be. */
export function after(before: NodeStates, events: readonly RunEvent[], run: string, now: number): NodeStates {
  const nodes: Record<string, NodeState> = { ...before }
  for (const event of events) {
    if (event.name === 'run-started') {
      for (const node of event.data.nodes) if (nodes[node]?.run !== run) nodes[node] = { status: 'queued', run, outputs: nodes[node]?.outputs ?? [] }
    } else if (event.name === 'node-started') {
      const old = nodes[event.data.node]
      nodes[event.data.node] = { status: 'running', run, since: (old?.run === run ? old.since : undefined) ?? now, outputs: old?.outputs ?? [] }
    } else if (event.name === 'node-ended') {
      const pinned = before[event.data.step.node]?.pinned
      nodes[event.data.step.node] = { ...stepped(event.data.step, run), ...(pinned ? { pinned } : {}) }
    } else if (event.name === 'run-ended') {
      for (const [node, state] of Object.entries(nodes)) if (state.status === 'queued' || state.status === 'running') nodes[node] = { ...state, status: 'canceled' }
    }
  }
  return nodes
}

/** Those that ran before and have come to an end since. */
export function ended(before: NodeStates, now: NodeStates): [string, NodeState][] {
  return Object.entries(now).filter(([node, { status }]) => before[node]?.status === 'running' && !LIVE.includes(status))
}

function errorOf({ code, message, line, traceback }: StepError): NodeError {
  return { code, message: errorWords(code, named(message, traceback)), ...(line === null ? {} : { line }), ...(traceback ? { traceback } : {}) }
}

/** The message with its kind, as the traceback ends: of a KeyError the message alone is but the key. */
function named(message: string, traceback: string): string {
  const last = traceback.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return last.endsWith(`: ${message}`) ? last : message
}
