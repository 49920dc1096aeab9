import { useLingui } from '@lingui/react/macro'

import { Status, type StatusName } from '../ui'

const LOOKS: Readonly<Record<string, StatusName>> = { starting: 'queued', waiting: 'queued', attached: 'running', ended: 'finished' }

/** How far a session has come, told to screen readers as it changes. */
export function SessionState({ state }: { state: string }) {
  const { t } = useLingui()
  const words: Readonly<Record<string, string>> = {
    starting: t`Starting`,
    waiting: t`Waiting for a debugger`,
    attached: t`A debugger is attached`,
    ended: t`Ended`,
  }
  return (
    <span role="status">
      <Status status={LOOKS[state] ?? 'idle'} words={words[state] ?? state} />
    </span>
  )
}
