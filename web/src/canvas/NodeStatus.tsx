import { useLingui } from '@lingui/react/macro'

import { useNodeState } from '../runs/state'
import { statuses } from '../ui/Status'
import styles from './Canvas.module.css'
import { useHandle } from './context'
import { useSeconds } from './useSeconds'

/** What has become of a node, in a word and its time; why, over it. */
export function NodeStatus({ id }: { id: string }) {
  const { t } = useLingui()
  const state = useNodeState(useHandle().experiment, id)
  const { icon: Icon, tone, words } = statuses[state.status]
  const time = useSeconds(state)
  if (state.status === 'idle') return null
  const isTimed = state.status === 'finished' || state.status === 'running'
  const word = isTimed && time ? time : t(words)
  return (
    <span className={styles.status} data-tone={tone} data-status={state.status} title={[t(words), time, state.why, state.error?.message].filter(Boolean).join('\n')}>
      <Icon aria-hidden />
      {state.progress === undefined ? word : t`${Math.round(state.progress * 100)} %`}
    </span>
  )
}

/** The same as a text, for who cannot see it. */
export function useStatusWords(id: string): string {
  const { t } = useLingui()
  const state = useNodeState(useHandle().experiment, id)
  const words = t(statuses[state.status].words)
  return state.error ? `${words}: ${state.error.message}` : words
}
