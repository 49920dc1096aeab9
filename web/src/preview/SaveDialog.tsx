import { useLingui } from '@lingui/react/macro'
import { type SyntheticEvent, useId, useState } from 'react'

import { type Kind, useKept } from '../api/datasets'
import { type Source, useSave } from '../api/outputs'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { ErrorNote, Note } from '../ui/EmptyState'
import { TextField } from '../ui/TextField'
import { toast } from '../ui/toasts'
import styles from './pane.module.css'

interface Props {
  source: Source
  kind: Kind
  title: string
  /** What is suggested. */
  name: string
  onClose: () => void
}

/** Keep an output under a name; one that is there gets its next version, and is said so. */
export function SaveDialog({ source, kind, title, name: suggested, onClose }: Props) {
  const { t } = useLingui()
  const form = useId()
  const [name, setName] = useState(suggested)
  const [description, setDescription] = useState('')
  const { data: kept } = useKept(kind)
  const save = useSave(source)
  const before = kept?.find((each) => each.name === name.trim())
  const next = (before?.version ?? 0) + 1

  function onSubmit(event: SyntheticEvent) {
    event.preventDefault()
    save.mutate(
      { name: name.trim(), description: description.trim() },
      {
        onSuccess: ({ name: given, version }) => {
          onClose()
          toast.ok(version > 1 ? t`Saved ${given}, version ${version}.` : t`Saved ${given}.`)
        },
      },
    )
  }

  const actions = (
    <>
      <Button onPress={onClose}>{t`Cancel`}</Button>
      <Button variant="primary" type="submit" form={form} isPending={save.isPending} isDisabled={!name.trim()}>
        {t`Save`}
      </Button>
    </>
  )
  return (
    <Dialog title={title} isOpen onClose={onClose} actions={actions}>
      <form id={form} className={styles.form} onSubmit={onSubmit}>
        <TextField label={t`Name`} value={name} onChange={setName} isRequired autoFocus maxLength={200} />
        <TextField label={t`Description`} value={description} onChange={setDescription} rows={3} />
        {before && (
          <Note>{t`There is one of this name. This becomes its version ${next}; what uses an older one goes on with that.`}</Note>
        )}
        {save.error && <ErrorNote error={save.error} />}
      </form>
    </Dialog>
  )
}
