import { Trans, useLingui } from '@lingui/react/macro'
import { Button as Plain } from 'react-aria-components'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'

import { isActive, type NodeState, useRun } from '../runs/state'
import { sentence } from '../runs/sentence'
import { useDocumentStore } from '../runs/useDocumentStore'
import { EmptyState, formatDuration, Note, Status } from '../ui'
import styles from './log.module.css'

const WRONG = ['failed', 'skipped', 'canceled']

/** Every node with what became of it, the failed ones first; a press selects it. */
export function RunLog({ experiment, errorsOnly }: { experiment: string; errorsOnly: boolean }) {
  const { t } = useLingui()
  const store = useDocumentStore(experiment)
  const names = useStore(store, useShallow((state) => Object.keys(state.document.nodes)))
  const { nodes, run, phase } = useRun(experiment, useShallow(({ nodes, run, phase }) => ({ nodes, run, phase })))
  const lines = names
    .flatMap((name) => (Object.hasOwn(nodes, name) && nodes[name] ? [{ name, state: nodes[name] }] : []))
    .filter(({ state }) => (errorsOnly ? WRONG.includes(state.status) : state.status !== 'idle'))
    .sort((a, b) => Number(b.state.status === 'failed') - Number(a.state.status === 'failed'))
  return (
    <div className={styles.list}>
      {run?.reason && <Note tone="danger">{run.reason}</Note>}
      {phase && isActive(run) && <Note>{phase}</Note>}
      {lines.length === 0 ? (
        <EmptyState title={errorsOnly ? t`No errors` : t`Nothing to tell`} />
      ) : (
        <ul className={styles.lines} aria-label={t`What became of each node`}>
          {lines.map(({ name, state }) => (
            <li key={name}>
              <Plain className={styles.line ?? ''} onPress={() => store.getState().select([name])}>
                <Status status={state.status} />
                <span className={styles.name}>{name}</span>
                <span className={styles.words}><Words state={state} /></span>
                <span className={styles.seconds}>{state.seconds ? formatDuration(state.seconds) : ''}</span>
              </Plain>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Words({ state: { error, why } }: { state: NodeState }) {
  if (!error) return why ? sentence(why) : null
  const { line, message } = error
  return line === undefined ? message : <Trans>line {line}: {message}</Trans>
}
