import { Trans, useLingui } from '@lingui/react/macro'
import { useContext } from 'react'

import { EditorContext } from '../canvas/context'
import { Variables } from '../debugging/Variables'
import type { NodeError } from '../runs/state'
import { Button, Disclosure, Note } from '../ui'
import styles from './log.module.css'

interface NodeFailureProps {
  run: string | undefined
  node: string
  error: NodeError
}

/** What went wrong, where in the script, and what its variables held there. */
export function NodeFailure({ run, node, error: { code, message, line, traceback } }: NodeFailureProps) {
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
      {traceback && run !== undefined && <Variables run={run} node={node} />}
    </div>
  )
}
