/** From an experiment that has run to a web service: set it up, run what was set up, publish it. */
import { type Run, runs } from '../api/runs'
import { api, pathOf } from '../api/client'
import { type Published, type PublishRequest, type SetUp, setUp, type SetUpRequest } from '../api/services'
import { read } from '../document/reading'
import { editor } from '../document/store'

export type Stage =
  | { what: 'saving' | 'publishing' }
  /** Nodes that are done, of so many. */
  | { what: 'running'; done: number; total: number }

export type Wish = Omit<PublishRequest, 'experiment'>

/** A web service, and the experiment that it was published from: the one that was given, or one that was made of it. */
export interface Made {
  published: Published
  experiment: string
}

/** The run of what was set up did not finish. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed'

  constructor(readonly run: Run) {
    super(reasonOf(run))
  }
}

const POLL = 400

/** Whether the set-up is an experiment of its own: its models stand in the place of what trained them. */
export const isAnother = (proposal: SetUp) => proposal.saved.length > 0

/** Whether an experiment has not run at all, or in part alone. */
export const isNotWhole = (newest: Pick<Run, 'partial'> | null) => newest === null || newest.partial

interface Publishing {
  experiment: string
  proposal: SetUp
  /** How it was proposed. */
  asked: SetUpRequest
  wish: Wish
  /** What the edit of the experiment is called, where there is one. */
  label: string
  onStage: (stage: Stage) => void
}

/** Raises ApiError and RunFailed. */
export async function publishFrom({ experiment, proposal, asked, wish, label, onStage }: Publishing): Promise<Made> {
  onStage({ what: 'saving' })
  const from = isAnother(proposal) ? await madeOf(experiment, asked, onStage) : await completed(experiment, proposal, label)
  onStage({ what: 'publishing' })
  const body = { experiment: from, ...wish }
  return { published: await api<Published>('/v1/services', { method: 'POST', body }), experiment: from }
}

/** Keep the new experiment with its models, and run it: nearly all is taken from the run before. */
async function madeOf(experiment: string, asked: SetUpRequest, onStage: (stage: Stage) => void): Promise<string> {
  const { experiment: id, document } = await setUp(experiment, { ...asked, save: true })
  if (id === null) throw new Error('The server kept no experiment.')
  const total = Object.keys(read(document).nodes).length
  onStage({ what: 'running', done: 0, total })
  const begun = await runs.start(id, {})
  const run = await ended(begun.id, (told) => onStage({ what: 'running', done: told.steps.length, total }))
  if (run.status !== 'Finished') throw new RunFailed(run)
  return id
}

/** Put what callers see into the experiment itself; its run still stands, for nothing that is computed changes. */
async function completed(experiment: string, { changes, document }: SetUp, label: string): Promise<string> {
  if (changes.length > 0) {
    const { service } = read(document)
    const editing = editor(experiment).getState()
    editing.apply((before) => ({ ...before, service }), label)
    await editing.flush()
  }
  return experiment
}

async function ended(run: string, onLook: (run: Run) => void): Promise<Run> {
  for (;;) {
    const told = await runs.get(run)
    onLook(told)
    if (told.ended !== null) return told
    await new Promise((resolve) => setTimeout(resolve, POLL))
  }
}

function reasonOf(run: Run): string {
  const failed = run.steps.find((step) => step.error !== null)
  return failed?.error ? `${failed.node}: ${failed.error.message}` : (run.reason ?? run.status)
}

/** The web services that were published from an experiment, or from what was made of it. */
export async function servicesOf<Each extends { experiment: string | null }>(experiment: string, services: readonly Each[]): Promise<Each[]> {
  const own = await Promise.all(services.map(async (each) => each.experiment === experiment || (await parentOf(each.experiment)) === experiment))
  return services.filter((_, at) => own[at])
}

async function parentOf(experiment: string | null): Promise<string | null> {
  if (experiment === null) return null
  const found = await api<{ parent: string }>(pathOf('v1', 'experiments', experiment)).catch(() => null)
  return found?.parent ?? null // null too for one that is gone
}
