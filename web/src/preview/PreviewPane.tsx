import { useLingui } from '@lingui/react/macro'
import { Maximize2, Play, Table2 } from 'lucide-react'
import { useState } from 'react'

import { placeOf, useOutput } from '../api/outputs'
import { useEditor } from '../document/store'
import { runStore, useNodeState, useRun } from '../runs/state'
import { Button, IconButton } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { EmptyState, ErrorState } from '../ui/EmptyState'
import { Loading } from '../ui/Spinner'
import { Status } from '../ui/Status'
import { toast } from '../ui/toasts'
import { OutputActions } from './OutputActions'
import { OutputView } from './OutputView'
import type { Shown } from './kinds'
import styles from './pane.module.css'

interface Props {
  experiment: string
  node: string
  port: string
  /** The path of what is to be shown, where it is not what the port has now. */
  source?: string
}

/** What came out of a port, or how to get it. Fills its place. */
export default function PreviewPane({ experiment, node, port, source }: Props) {
  if (source) return <Sourced title={{ node, port }} source={source} />
  return <Current key={`${node}.${port}`} experiment={experiment} node={node} port={port} />
}

function Current({ experiment, node, port }: Omit<Props, 'source'>) {
  const output = useRun(experiment, (run) => run.outputs(node, port))
  // The same data out of another run is not fetched again.
  const [kept, setKept] = useState(output)
  if (output && (output.digest !== kept?.digest || output.type !== kept.type)) setKept(output)
  if (!output || !kept) return <Nothing experiment={experiment} node={node} />
  return <Present title={{ node, port }} experiment={experiment} {...kept} />
}

interface Title {
  node: string
  port: string
}

function Sourced({ title, source }: { title: Title; source: string }) {
  const { data, error, refetch } = useOutput(source)
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  return data ? <Present title={title} source={source} type={data.type} described={data.described} /> : <Loading />
}

function Present({ title, experiment, source, type, described }: Shown & { title: Title; experiment?: string }) {
  const { t } = useLingui()
  const [isLarge, setLarge] = useState(false)
  const shown = { source, type, described }
  const name = `${title.node} · ${title.port}`
  const view = <OutputView {...shown} />
  return (
    <div className={styles.pane}>
      <header className={styles.head}>
        <h3 title={name}>
          {title.node} <span>{title.port}</span>
        </h3>
        {experiment !== undefined && <Freshness experiment={experiment} node={title.node} />}
        <OutputActions {...shown} />
        <IconButton size="small" label={t`Enlarge`} icon={<Maximize2 />} onPress={() => setLarge(true)} />
      </header>
      {!isLarge && view}
      <Dialog
        title={name}
        size="full"
        isFlush
        isOpen={isLarge}
        onClose={() => setLarge(false)}
        actions={placeOf(source) && <OutputActions {...shown} />}
      >
        <div className={styles.large}>{view}</div>
      </Dialog>
    </div>
  )
}

/** Says so where a run now would give something else than what is shown. */
function Freshness({ experiment, node }: { experiment: string; node: string }) {
  const { status } = useNodeState(experiment, node)
  return ['stale', 'queued', 'running', 'failed', 'canceled'].includes(status) ? <Status status={status} /> : null
}

/** Why there is nothing to see, and how to come by it. */
function Nothing({ experiment, node }: { experiment: string; node: string }) {
  const { t } = useLingui()
  const { status, why, error } = useNodeState(experiment, node)
  const isReadOnly = useEditor(experiment, (editor) => editor.isReadOnly)
  if (status === 'running' || status === 'queued') {
    return (
      <EmptyState title={t`The data is on its way`}>
        <Status status={status} />
      </EmptyState>
    )
  }
  const run = (
    <Button
      icon={<Play />}
      onPress={() => void runStore(experiment).getState().start(node).catch(toast.error)}
    >{t`Run to here`}</Button>
  )
  return (
    <EmptyState icon={<Table2 />} title={t`No data here yet`} actions={!isReadOnly && run}>
      {error?.message ?? why ?? t`Run the experiment to see what comes out of this port.`}
    </EmptyState>
  )
}
