import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { useStore } from 'zustand'

import { useCatalogue } from '../api/catalogue'
import { type Run, runs } from '../api/runs'
import type { PageProps } from '../app/pages'
import type { Catalogue } from '../document/catalogue'
import { own } from '../document/types'
import { read } from '../document/reading'
import { editor, snapshot } from '../document/store'
import { PastRun } from '../runs/state'
import { ErrorState } from '../ui/EmptyState'
import { Loading } from '../ui/Spinner'
import { actionsOf } from './actions'
import { EditorContext, type EditorHandle } from './context'
import { Workbench } from './Workbench'
import { createView } from './view'

const LOOK = 20_000 // ms between looks whether somebody else has changed the experiment

/** The editor of an experiment, or the locked snapshot of one of its runs. */
export default function EditorPage({ params: { id, run } }: PageProps<'id', 'run'>) {
  return run === undefined ? <Live key={id} id={id} /> : <Locked key={run} id={id} run={run} />
}

function Live({ id }: { id: string }) {
  const store = editor(id)
  const status = useStore(store, (state) => state.status)
  const failure = useStore(store, (state) => state.failure)
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && void store.getState().refresh()
    void store.getState().load()
    const timer = setInterval(look, LOOK)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
      void store.getState().flush().catch(() => undefined) // it stays a draft
    }
  }, [store])
  if (status === 'failed') return <ErrorState error={failure} onRetry={() => void store.getState().load()} />
  return status === 'ready' ? <Editor id={id} store={store} /> : <Loading />
}

function Locked({ id, run }: { id: string; run: string }) {
  const { data, error, refetch } = useQuery({ queryKey: ['runs', run, 'whole'], queryFn: () => runs.get(run), staleTime: Infinity })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  return data ? <Snapshot id={id} run={data} /> : <Loading />
}

function Snapshot({ id, run }: { id: string; run: Run }) {
  const store = useMemo(() => snapshot(`${id}/${run.id}`, read(run.document)), [id, run])
  return (
    <PastRun value={run}>
      <Editor id={id} store={store} />
    </PastRun>
  )
}

function Editor({ id, store }: { id: string; store: EditorHandle['store'] }) {
  const { data: known, error, refetch } = useCatalogue()
  const handle = useMemo<EditorHandle | null>(
    () => known ? made(id, store, known.catalogue) : null,
    [id, store, known],
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!handle) return <Loading />
  return (
    <EditorContext value={handle}>
      <Arrival handle={handle} />
      <Workbench />
    </EditorContext>
  )
}

function made(experiment: string, store: EditorHandle['store'], catalogue: Catalogue): EditorHandle {
  const flow: { current: EditorHandle['flow']['current'] } = { current: null }
  return { experiment, store, view: createView(), catalogue, flow, keepFlow: (next) => (flow.current = next) }
}

/** Goes to the node and the port that the address names. */
function Arrival({ handle }: { handle: EditorHandle }) {
  const [query] = useSearchParams()
  const [node, port] = [query.get('node'), query.get('port')]
  useEffect(() => {
    if (node === null || !own(handle.store.getState().document.nodes, node)) return
    const actions = actionsOf(handle)
    // The canvas has to be there before it can go anywhere.
    const timer = setTimeout(() => actions.show(node), 100)
    if (port !== null) actions.preview(node, port)
    return () => clearTimeout(timer)
  }, [handle, node, port])
  return null
}
