import { Trans, useLingui } from '@lingui/react/macro'
import { useContext } from 'react'

import { EditorContext } from '../canvas/context'
import type { NodeError } from '../runs/state'
import { Button, Disclosure, Note } from '../ui'
import styles from './log.module.css'

/** What went wrong, and where in the script. */
export function NodeFailure({ error: { code, message, line, traceback } }: { error: NodeError }) {
  const { t } = useLingui()
  const handle = useContext(EditorContext)
  const isNumbered = /^\d+$/.test(code)
  const show = handle && line !== undefined && (
    <Button size="small" onPress={() => handle.view.setState({ right: 'properties', isRightOpen: true })}>
      <Trans>Show line {line}</Trans>
    </Button>
  )
  return (
    <div className={styles.failure}>
      <Note tone="danger" actions={show}>
        {isNumbered && <strong className={styles.code}>{t`Error ${code}`} </strong>}
        <span className={styles.message}>{message}</span>
        {line !== undefined && <span className={styles.where}> <Trans>(line {line})</Trans></span>}
      </Note>
      {traceback && (
        <Disclosure title={t`Traceback`}>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
          <pre className={styles.text} tabIndex={0}>{traceback}</pre>
        </Disclosure>
      )}
    </div>
  )
}
