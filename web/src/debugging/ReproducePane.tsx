import { Trans, useLingui } from '@lingui/react/macro'
import { Download } from 'lucide-react'
import { useState } from 'react'

import { runs } from '../api/runs'
import { downloadAnswer } from '../preview/files'
import { Button, toast } from '../ui'
import { CodeBlock } from './CodeBlock'
import styles from './debugging.module.css'
import { commands, zipOf } from './reproduction'

/** The script with its exact inputs, and one command that gives the same result anywhere. */
export function ReproducePane({ run, node }: { run: string; node: string }) {
  const { t } = useLingui()
  const [isComing, setIsComing] = useState(false)
  const download = async () => {
    setIsComing(true)
    try {
      await downloadAnswer(runs.debug(run, node), zipOf(node))
    } catch (error) {
      toast.error(error)
    } finally {
      setIsComing(false)
    }
  }
  return (
    <div className={styles.pane}>
      <p>
        <Trans>
          The zip has the script as it was in its last run, the tables that came in at it as Parquet files, and the lock of its
          environment. One command runs it and compares the result with this one. To step through it, open the folder in your IDE.
        </Trans>
      </p>
      <CodeBlock title={t`In a terminal`} text={commands(node)} />
      <div>
        <Button variant="primary" icon={<Download />} isPending={isComing} onPress={() => void download()}>
          {t`Download script and data`}
        </Button>
      </div>
    </div>
  )
}
