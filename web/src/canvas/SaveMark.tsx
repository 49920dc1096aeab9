import { Trans, useLingui } from '@lingui/react/macro'
import { Check, CloudOff, LoaderCircle, TriangleAlert } from 'lucide-react'

import styles from './EditorPage.module.css'
import { useDoc } from './context'

/** Whether the server has all that was edited. */
export function SaveMark() {
  const { t } = useLingui()
  const saveState = useDoc((state) => state.saveState)
  const problem = useDoc((state) => state.problem)
  return (
    <span className={styles.save} data-state={saveState} role="status" title={problem ?? undefined}>
      {saveState === 'saved' && <><Check aria-hidden /> <Trans>Saved</Trans></>}
      {saveState === 'saving' && <><LoaderCircle aria-hidden /> <Trans>Saving</Trans></>}
      {saveState === 'offline' && <span title={t`The server does not answer. Your changes are kept in this browser and saved when it does.`}><CloudOff aria-hidden /> <Trans>Kept here</Trans></span>}
      {saveState === 'conflict' && <><TriangleAlert aria-hidden /> <Trans>Changed elsewhere</Trans></>}
      {saveState === 'refused' && <><TriangleAlert aria-hidden /> <Trans>Not saved: {problem}</Trans></>}
    </span>
  )
}
