import { Trans, useLingui } from '@lingui/react/macro'
import { Bug, HelpCircle } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'

import { useLog } from '../api/runs'
import { DebugDialog } from '../debugging/DebugDialog'
import { isActive, type NodeState, useNodeState, useRun } from '../runs/state'
import { useDocumentStore } from '../runs/useDocumentStore'
import { sentence } from '../runs/sentence'
import { WhyButton } from '../runs/WhyButton'
import { Button, CopyButton, EmptyState, ErrorNote, formatDuration, Loading, Note, Status } from '../ui'
import styles from './log.module.css'
import { NodeFailure } from './NodeFailure'
import { Pictures } from './Pictures'
import { Printed } from './Printed'

/** All that a node told when it last ran, as it comes while it runs. */
export function NodeLog({ experiment, node }: { experiment: string; node: string }) {
  const { t } = useLingui()
  const state = useNodeState(experiment, node)
  const live = useRun(experiment, ({ run, printed }) => (isActive(run) && Object.hasOwn(printed, node) ? printed[node] : undefined))
  const phase = useRun(experiment, (run) => run.phase)
  const isOver = !isLive(state)
  const told = useLog(state.run ?? null, node, isOver)
  if (!state.run && isOver) return <NeverRun experiment={experiment} node={node} state={state} />
  const text = (isOver ? told.data?.text : undefined) ?? live ?? ''
  const pictures = told.data?.pictures ?? []
  return (
    <section className={styles.node} aria-label={t`Log of ${node}`}>
      <Head experiment={experiment} node={node} state={state} text={text} />
      {state.error && <NodeFailure run={state.run} node={node} error={state.error} />}
      {state.why && EXPLAINED.includes(state.status) && <p className={styles.hint}>{sentence(state.why)}</p>}
      {told.data?.notes.map((note) => <Note key={note}>{note}</Note>)}
      {told.error && <ErrorNote error={told.error} />}
      {phase && state.status === 'queued' && <Note>{phase}</Note>}
      {isOver && told.isPending && !live ? <Loading /> : <Printed text={text} isLive={!isOver} />}
      {pictures.length > 0 && <Pictures run={state.run ?? ''} node={node} names={pictures.map((each) => each.name)} />}
    </section>
  )
}

// What of a node's state needs a word of why beside it.
const EXPLAINED = ['cached', 'stale', 'skipped']
const isLive = ({ status }: NodeState) => status === 'running' || status === 'queued'

function Head({ experiment, node, state, text }: { experiment: string; node: string; state: NodeState; text: string }) {
  const { t } = useLingui()
  const [isDebugging, setDebugging] = useState(false)
  const isScript = state.outputs.some((each) => each.type === 'Device') || Boolean(state.error?.traceback)
  return (
    <header className={styles.head}>
      <Status status={state.status} />
      <h2 className={styles.title}>{node}</h2>
      {state.seconds !== undefined && state.seconds > 0 && <span className={styles.seconds}>{formatDuration(state.seconds)}</span>}
      <span className={styles.actions}>
        {state.run && !isLive(state) && <WhyButton experiment={experiment} node={node} state={state} icon={<HelpCircle />} />}
        {isScript && state.run && (
          <Button size="small" variant="quiet" icon={<Bug />} onPress={() => setDebugging(true)}>
            <Trans>Debug</Trans>
          </Button>
        )}
        {text && <CopyButton text={text} label={t`Copy the text`} />}
      </span>
      {isDebugging && <DebugDialog node={node} run={state.run} onClose={() => setDebugging(false)} />}
    </header>
  )
}

function NeverRun({ experiment, node, state }: { experiment: string; node: string; state: NodeState }) {
  const { t } = useLingui()
  const exists = useStore(useDocumentStore(experiment), (editor) => Object.hasOwn(editor.document.nodes, node))
  if (!exists) return null
  const title = state.status === 'cached' ? t`${node} would be reused` : t`${node} has not run yet`
  return <EmptyState title={title}>{state.why && sentence(state.why)}</EmptyState>
}
