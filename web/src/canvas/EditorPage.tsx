import { Trans, useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { useStore } from 'zustand'

import { useCatalogue } from '../api/catalogue'
import { type Run, runs } from '../api/runs'
import { links } from '../app/links'
import type { PageProps } from '../app/pages'
import type { Catalogue } from '../document/catalogue'
import { own } from '../document/types'
import { read } from '../document/reading'
import { editor, snapshot } from '../document/store'
import { PastRun } from '../runs/state'
import { Button } from '../ui/Button'
import { EmptyState, ErrorState } from '../ui/EmptyState'
import { Loading } from '../ui/Spinner'
import { toast, wordsOf } from '../ui/toasts'
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
  const { t } = useLingui()
  const store = editor(id)
  const status = useStore(store, (state) => state.status)
  const failure = useStore(store, (state) => state.failure)
  const orphan = useStore(store, (state) => state.orphan)
  useEffect(() => {
    const tell = (isOther: boolean) => {
      if (isOther) toast.info(t`Somebody else changed this experiment. You see it as it is now; what was done before cannot be undone.`)
    }
    const look = () => document.visibilityState === 'visible' && void store.getState().refresh().then(tell)
    void store.getState().load().then(tell)
    const timer = setInterval(look, LOOK)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
      void store.getState().flush().catch(() => undefined) // it stays a draft
    }
  }, [store, t])
  if (status === 'failed' && orphan) return <Orphan store={store} title={orphan.title} error={failure} />
  if (status === 'failed') return <ErrorState error={failure} onRetry={() => void store.getState().load()} />
  return status === 'ready' ? <Editor id={id} store={store} /> : <Loading />
}

/** The experiment cannot be had any more, but this browser has edits of it that were never saved. */
function Orphan({ store, title, error }: { store: EditorHandle['store']; title: string; error: unknown }) {
  const { t } = useLingui()
  const [, navigate] = useLocation()
  const [isPending, setPending] = useState(false)
  const keep = () => {
    setPending(true)
    const keeping = store.getState().keepCopy(title || t`Untitled experiment`)
    void keeping.then((made) => navigate(links.experiment(made)), toast.error).finally(() => setPending(false))
  }
  const letGo = () => {
    navigate(links.experiments())
    store.getState().letGo()
  }
  const actions = (
    <>
      <Button isDisabled={isPending} onPress={letGo}><Trans>Let go of it</Trans></Button>
      <Button isDisabled={isPending} onPress={() => void store.getState().load()}><Trans>Try again</Trans></Button>
      <Button variant="primary" isPending={isPending} onPress={keep}><Trans>Keep as a new experiment</Trans></Button>
    </>
  )
  return (
    <div role="alert">
      <EmptyState icon={<CircleAlert />} title={t`This did not work`} actions={actions}>
        <p>{wordsOf(error)}</p>
        <p><Trans>This browser still has your version of it, with changes that were never saved.</Trans></p>
      </EmptyState>
    </div>
  )
}

function Locked({ id, run }: { id: string; run: string }) {
  const { data, error, refetch } = useQuery({ queryKey: ['runs', run, 'whole'], queryFn: () => runs.get(run), staleTime: Infinity })
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
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
  if (error && !known) return <ErrorState error={error} onRetry={() => void refetch()} />
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
