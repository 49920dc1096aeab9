import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Upload, Workflow } from 'lucide-react'

import { doubleExtensions, extensions } from '../datasets/files'
import { Button } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { FilePicker } from '../ui/FileDrop'
import { Keys } from '../ui/Keys'
import { useEditorActions } from './actions'
import styles from './Canvas.module.css'
import { useDoc } from './context'

/** Teaches the first step, and the next two. */
export function EmptyCanvas({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useLingui()
  const actions = useEditorActions()
  const isReadOnly = useDoc((state) => state.isReadOnly)
  return (
    <div className={styles.emptyCanvas}>
      <EmptyState
        icon={<Workflow />}
        title={t`Begin with data`}
        actions={
          isReadOnly ? undefined : (
            <>
              <Button variant="primary" icon={<Plus />} onPress={() => actions.openAdd()}>
                <Trans>Add something</Trans>
              </Button>
              <FilePicker types={[...extensions, ...doubleExtensions]} allowsMultiple onFiles={onFiles}>
                <Button icon={<Upload />}>
                  <Trans>Upload data</Trans>
                </Button>
              </FilePicker>
            </>
          )
        }
      >
        <Trans>
          Drop a file here or a dataset from the palette, or press <Keys keys="A" />. Then drag from the port below it: a list shows what can follow.
        </Trans>
      </EmptyState>
    </div>
  )
}
