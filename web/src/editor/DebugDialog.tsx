import { Trans, useLingui } from '@lingui/react/macro'
import { Download, Play } from 'lucide-react'
import { useState } from 'react'

import { runs } from '../api/runs'
import { downloadAnswer } from '../preview/files'
import { Button, CopyButton, Dialog, toast } from '../ui'
import type { Surroundings } from './assistant'
import styles from './DebugDialog.module.css'
import { commands, snippet } from './debugging'

interface DebugDialogProps {
  node: string
  /** The last run that the node was part of. */
  run: string | undefined
  surroundings: Surroundings | undefined
  onRun: (() => void) | undefined
  onClose: () => void
}

/** The script and what came in at it, to be run and stepped through in any IDE. */
export function DebugDialog({ node, run, surroundings, onRun, onClose }: DebugDialogProps) {
  const { t } = useLingui()
  const [isComing, setIsComing] = useState(false)
  const download = async (from: string) => {
    setIsComing(true)
    try {
      await downloadAnswer(runs.debug(from, node), `${node}-debug.zip`)
    } catch (error) {
      toast.error(error)
    } finally {
      setIsComing(false)
    }
  }
  const runFirst = () => {
    onRun?.()
    onClose()
  }
  const action = run ? (
    <Button variant="primary" icon={<Download />} isPending={isComing} onPress={() => void download(run)}>
      {t`Download script and data`}
    </Button>
  ) : (
    <Button variant="primary" icon={<Play />} isDisabled={!onRun} onPress={runFirst}>
      {t`Run to here`}
    </Button>
  )

  return (
    <Dialog title={t`Debug locally`} isOpen onClose={onClose} size="medium" actions={action}>
      {run ? (
        <>
          <p>
            <Trans>
              The zip has the script as it was in its last run, the tables that came in at it as Parquet files, and the versions of
              its packages. Open the folder in your IDE, set a breakpoint in <code>script.py</code> and debug{' '}
              <code>run_locally.py</code>.
            </Trans>
          </p>
          <Block title={t`In a terminal`} text={commands(node)} />
          <Block title={t`In a notebook or a console there`} text={snippet(surroundings)} />
        </>
      ) : (
        <p>
          <Trans>The data that comes in at this script is known once it has run. Run to here, then download both together.</Trans>
        </p>
      )}
    </Dialog>
  )
}

function Block({ title, text }: { title: string; text: string }) {
  const { t } = useLingui()
  return (
    <section className={styles.block}>
      <div className={styles.head}>
        <h3>{title}</h3>
        <CopyButton text={text} label={t`Copy: ${title}`} />
      </div>
      <pre className={styles.code}>{text}</pre>
    </section>
  )
}
