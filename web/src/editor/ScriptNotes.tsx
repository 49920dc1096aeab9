import { Trans, useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'

import { Button, Note } from '../ui'
import { bringsEnvironment, type Surroundings } from './assistant'
import styles from './ScriptEditor.module.css'

interface ScriptNotesProps {
  script: string
  surroundings: Surroundings | undefined
  isPython2: boolean
  onConvert: () => void
}

/** What is to be known of a script as a whole before it runs. */
export function ScriptNotes({ script, surroundings, isPython2, onConvert }: ScriptNotesProps) {
  const { t } = useLingui()
  const isOwn = useMemo(() => surroundings !== undefined && bringsEnvironment(surroundings, script), [surroundings, script])
  return (
    <>
      {isPython2 && (
        <Note tone="warn">
          <div className={styles.offer}>
            <Trans>This script is Python 2.</Trans>
            <Button size="small" onPress={onConvert}>{t`Convert to Python 3…`}</Button>
          </div>
        </Note>
      )}
      {isOwn && (
        <Note>
          <Trans>It runs in an environment of its own, which its inline metadata name; the first run builds that.</Trans>
        </Note>
      )}
    </>
  )
}
