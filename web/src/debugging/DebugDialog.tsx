import { Trans, useLingui } from '@lingui/react/macro'
import { Play } from 'lucide-react'
import { useState } from 'react'

import { Button, Dialog, Tabs } from '../ui'
import { AttachPane } from './AttachPane'
import styles from './debugging.module.css'
import { ReproducePane } from './ReproducePane'

interface DebugDialogProps {
  node: string
  /** The last run that the node was part of. */
  run: string | undefined
  onRun?: (() => void) | undefined
  onClose: () => void
}

/** A script as it ran, with what came in at it: taken along, or stopped at where it stands. */
export function DebugDialog({ node, run, onRun, onClose }: DebugDialogProps) {
  const { t } = useLingui()
  const [way, setWay] = useState<'reproduce' | 'attach'>('reproduce')
  if (run === undefined) return <NeverRun onRun={onRun} onClose={onClose} />
  return (
    <Dialog title={t`Debug ${node}`} isOpen onClose={onClose} size="medium">
      <Tabs
        label={t`Ways to debug`}
        value={way}
        onChange={setWay}
        className={styles.ways ?? ''}
        items={[
          { id: 'reproduce', title: t`Reproduce elsewhere`, content: <ReproducePane run={run} node={node} /> },
          { id: 'attach', title: t`Attach a debugger`, content: <AttachPane run={run} node={node} /> },
        ]}
      />
    </Dialog>
  )
}

function NeverRun({ onRun, onClose }: Pick<DebugDialogProps, 'onRun' | 'onClose'>) {
  const { t } = useLingui()
  const runFirst = () => {
    onRun?.()
    onClose()
  }
  const action = (
    <Button variant="primary" icon={<Play />} isDisabled={!onRun} onPress={runFirst}>
      {t`Run to here`}
    </Button>
  )
  return (
    <Dialog title={t`Debug`} isOpen onClose={onClose} actions={action}>
      <p>
        <Trans>The data that comes in at this script is known once it has run. Run to here first.</Trans>
      </p>
    </Dialog>
  )
}
