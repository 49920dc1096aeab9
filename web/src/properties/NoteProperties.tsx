import { Trans, useLingui } from '@lingui/react/macro'
import { Trash2 } from 'lucide-react'

import { useEditorActions } from '../canvas/actions'
import { useDoc, useHandle } from '../canvas/context'
import { putNote } from '../document/edits'
import { own } from '../document/types'
import { Button } from '../ui/Button'
import { TextField } from '../ui/TextField'
import styles from './Properties.module.css'

export function NoteProperties({ name }: { name: string }) {
  const { t } = useLingui()
  const { store } = useHandle()
  const actions = useEditorActions()
  const note = useDoc((state) => own(state.document.notes, name))
  const isReadOnly = useDoc((state) => state.isReadOnly)
  if (!note) return null
  return (
    <div className={styles.body}>
      <h2 className={styles.title}>
        <Trans>Note</Trans>
      </h2>
      <TextField
        label={t`Text`}
        rows={8}
        value={note.text}
        isReadOnly={isReadOnly}
        onChange={(text) => store.getState().apply((document) => putNote(document, name, { ...note, text }), t`change a note`, { merge: `note ${name}` })}
      />
      {!isReadOnly && (
        <div>
          <Button variant="danger" icon={<Trash2 />} onPress={actions.remove}>
            <Trans>Delete</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}
